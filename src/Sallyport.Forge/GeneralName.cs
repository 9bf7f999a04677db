using System;
using System.Net;
using Sallyport.Forge.Der;

namespace Sallyport.Forge;

/// <summary>A name of any kind for a subject alternative name, a name constraint or a distribution point.</summary>
/// <remarks>RFC 5280, section 4.2.1.6. The text is not checked: a DNS name may hold a NUL, an e-mail address a host.</remarks>
public abstract record GeneralName
{
    private GeneralName()
    {
    }

    internal abstract byte[] Encode();

    /// <summary>dNSName.</summary>
    /// <param name="Value">The name; characters above 255 are lost.</param>
    public sealed record Dns(string Value) : GeneralName
    {
        internal override byte[] Encode() => ContextText(2, Value);
    }

    /// <summary>rfc822Name.</summary>
    /// <param name="Value">The address; characters above 255 are lost.</param>
    public sealed record Email(string Value) : GeneralName
    {
        internal override byte[] Encode() => ContextText(1, Value);
    }

    /// <summary>uniformResourceIdentifier.</summary>
    /// <param name="Value">The URI; characters above 255 are lost.</param>
    public sealed record Uri(string Value) : GeneralName
    {
        internal override byte[] Encode() => ContextText(6, Value);
    }

    /// <summary>iPAddress, 4 or 16 octets.</summary>
    /// <param name="Address">The address.</param>
    public sealed record Ip(IPAddress Address) : GeneralName
    {
        internal override byte[] Encode() => DerWriter.ContextPrimitive(7, Address.GetAddressBytes());
    }

    /// <summary>iPAddress as raw octets: address and mask in a name constraint, or any wrong length.</summary>
    /// <param name="Octets">The content.</param>
    public sealed record IpOctets(ReadOnlyMemory<byte> Octets) : GeneralName
    {
        internal override byte[] Encode() => DerWriter.ContextPrimitive(7, Octets.Span);
    }

    /// <summary>directoryName.</summary>
    /// <param name="Name">The distinguished name.</param>
    public sealed record Directory(DistinguishedName Name) : GeneralName
    {
        internal override byte[] Encode() => DerWriter.Context(4, Name.Encoded.Span);
    }

    /// <summary>otherName.</summary>
    /// <param name="Oid">The type, dotted (1.3.6.1.4.1.311.20.2.3 is the Windows user principal name).</param>
    /// <param name="Value">DER of the value.</param>
    public sealed record Other(string Oid, ReadOnlyMemory<byte> Value) : GeneralName
    {
        /// <summary>An otherName whose value is a UTF8String.</summary>
        /// <param name="oid">The type, dotted.</param>
        /// <param name="text">The value.</param>
        /// <returns>The name.</returns>
        public static Other Utf8(string oid, string text) => new(oid, DerWriter.Text((byte)NameStringKind.Utf8, text));

        internal override byte[] Encode() =>
            DerWriter.Context(0, DerWriter.Concat(DerWriter.Oid(Oid), DerWriter.Context(0, Value.Span)));
    }

    /// <summary>registeredID.</summary>
    /// <param name="Oid">The object identifier, dotted.</param>
    public sealed record RegisteredId(string Oid) : GeneralName
    {
        internal override byte[] Encode() => DerWriter.ContextPrimitive(8, DerWriter.OidContent(Oid));
    }

    private static byte[] ContextText(int number, string text) =>
        DerWriter.ContextPrimitive(number, System.Text.Encoding.Latin1.GetBytes(text));
}
