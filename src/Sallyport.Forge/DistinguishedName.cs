using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Forge.Der;

namespace Sallyport.Forge;

/// <summary>A distinguished name as the exact DER that goes into a certificate.</summary>
/// <remarks>RFC 5280, section 4.1.2.4.</remarks>
public sealed record DistinguishedName
{
    private DistinguishedName(ReadOnlyMemory<byte> encoded) => Encoded = encoded;

    /// <summary>DER of the RDNSequence.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>The name with no attribute.</summary>
    public static DistinguishedName Empty { get; } = new(DerWriter.Sequence());

    /// <summary>A name of one common name.</summary>
    /// <param name="value">Any text.</param>
    /// <returns>The name.</returns>
    public static DistinguishedName CommonName(string value) => Of(new NameAttribute(Oids.CommonName, value));

    /// <summary>A name of single-valued RDNs, in the order given (most significant first, by custom).</summary>
    /// <param name="attributes">One attribute for each RDN.</param>
    /// <returns>The name.</returns>
    public static DistinguishedName Of(params IEnumerable<NameAttribute> attributes) =>
        OfRdns(attributes.Select(attribute => (IEnumerable<NameAttribute>)[attribute]));

    /// <summary>A name of RDNs that may hold several attributes each.</summary>
    /// <param name="rdns">The RDNs in order; inside each, DER decides the order.</param>
    /// <returns>The name.</returns>
    public static DistinguishedName OfRdns(IEnumerable<IEnumerable<NameAttribute>> rdns) =>
        new(DerWriter.Sequence(rdns.Select(rdn => DerWriter.SetOf(rdn.Select(Encode)))));

    /// <summary>A name copied octet by octet, for instance from another certificate.</summary>
    /// <param name="encoded">DER of an RDNSequence; not checked.</param>
    /// <returns>The name.</returns>
    public static DistinguishedName FromDer(ReadOnlyMemory<byte> encoded) => new(encoded);

    /// <summary>Equal when the octets are equal.</summary>
    /// <param name="other">Another name.</param>
    /// <returns>Whether both encode alike.</returns>
    public bool Equals(DistinguishedName? other) => other is not null && Encoded.Span.SequenceEqual(other.Encoded.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Encoded.Span);
        return hash.ToHashCode();
    }

    private static byte[] Encode(NameAttribute attribute) =>
        DerWriter.Sequence(DerWriter.Oid(attribute.Oid), DerWriter.Text((byte)attribute.Kind, attribute.Value));
}
