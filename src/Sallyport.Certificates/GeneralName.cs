using System.Net;

namespace Sallyport.Certificates;

/// <summary>One name of a subject alternative name, of every kind that RFC 5280, section 4.2.1.6 knows.</summary>
public abstract record GeneralName
{
    private GeneralName()
    {
    }

    /// <summary>An otherName: a type and a DER value, such as a user principal name.</summary>
    /// <param name="TypeId">The dotted type.</param>
    /// <param name="Value">The DER inside the [0] tag.</param>
    public sealed record OtherName(string TypeId, Octets Value) : GeneralName;

    /// <summary>An rfc822Name, exactly as encoded.</summary>
    /// <param name="Address">The address; may hold anything 7-bit, NUL included.</param>
    public sealed record Email(string Address) : GeneralName;

    /// <summary>A dNSName, exactly as encoded.</summary>
    /// <param name="Name">The name; may hold anything 7-bit, NUL included.</param>
    public sealed record Dns(string Name) : GeneralName;

    /// <summary>An x400Address, kept as DER.</summary>
    /// <param name="Der">The content octets.</param>
    public sealed record X400(Octets Der) : GeneralName;

    /// <summary>A directoryName.</summary>
    /// <param name="Name">The distinguished name.</param>
    public sealed record Directory(DistinguishedName Name) : GeneralName;

    /// <summary>An ediPartyName, kept as DER.</summary>
    /// <param name="Der">The content octets.</param>
    public sealed record EdiParty(Octets Der) : GeneralName;

    /// <summary>A uniformResourceIdentifier, exactly as encoded.</summary>
    /// <param name="Value">The URI; may hold anything 7-bit, NUL included.</param>
    public sealed record Uri(string Value) : GeneralName;

    /// <summary>An iPAddress.</summary>
    /// <param name="Octets">4 or 16 octets in a well-formed name, 8 or 32 in a name constraint; other lengths are kept as they are.</param>
    public sealed record Ip(Octets Octets) : GeneralName
    {
        /// <summary>The address, or null when the octets are not 4 or 16 long.</summary>
        public IPAddress? Address => Octets.Length is 4 or 16 ? new IPAddress(Octets.Span) : null;
    }

    /// <summary>A registeredID.</summary>
    /// <param name="Oid">The dotted identifier.</param>
    public sealed record RegisteredId(string Oid) : GeneralName;
}
