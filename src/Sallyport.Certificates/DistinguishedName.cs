using System;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates;

/// <summary>An X.501 distinguished name, compared as RFC 5280, section 7.1 says.</summary>
/// <remarks>
/// Strings of every ASN.1 type compare without case and with runs of white space folded. Compatibility normalisation (NFKC) is
/// not applied, so two names that differ only there are different: the safe side for chaining, and for excluded subtrees the
/// verifier refuses what it cannot read.
/// </remarks>
public sealed class DistinguishedName : IEquatable<DistinguishedName>
{
    internal DistinguishedName(Octets der, ImmutableArray<ImmutableArray<NameAttribute>> rdns, ImmutableArray<string> canonical, string text)
    {
        Der = der;
        RelativeNames = rdns;
        Canonical = canonical;
        Text = text;
    }

    /// <summary>The whole DER encoding of the Name.</summary>
    public Octets Der { get; }

    /// <summary>The relative names in the order of the encoding, most significant first; each a set of attributes.</summary>
    public ImmutableArray<ImmutableArray<NameAttribute>> RelativeNames { get; }

    /// <summary>The printable form of RFC 4514 (last relative name first), control characters escaped.</summary>
    public string Text { get; }

    /// <summary>Whether there is no relative name at all.</summary>
    public bool IsEmpty => RelativeNames.IsEmpty;

    internal ImmutableArray<string> Canonical { get; }

    /// <summary>Reads a Name from its whole DER encoding, as <see cref="Der"/> gives it: for names that were stored.</summary>
    /// <returns>False when it is none, or longer than a certificate may be.</returns>
    public static bool TryRead(ReadOnlySpan<byte> der, [NotNullWhen(true)] out DistinguishedName? name)
    {
        name = der.Length <= CertificateProfile.MaxDerBytes && NameReader.TryRead(der.ToArray(), out DistinguishedName read) ? read : null;
        return name is not null;
    }

    /// <summary>The values of one attribute type (dotted OID, such as 2.5.4.3 for CN), in order.</summary>
    /// <remarks>For display and name constraints. Never use a common name as identity.</remarks>
    public ImmutableArray<string> ValuesOf(string type) =>
        [.. RelativeNames.SelectMany(static rdn => rdn).Where(a => a.Type == type).Select(static a => a.Value)];

    /// <summary>Whether this name lies in the subtree whose root is <paramref name="root"/> (RFC 5280, section 4.2.1.10).</summary>
    /// <exception cref="ArgumentNullException"><paramref name="root"/> is null.</exception>
    public bool IsWithin(DistinguishedName root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Canonical.AsSpan().StartsWith(root.Canonical.AsSpan());
    }

    /// <inheritdoc/>
    public bool Equals(DistinguishedName? other) =>
        other is not null && (Der == other.Der || Canonical.AsSpan().SequenceEqual(other.Canonical.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DistinguishedName);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (string rdn in Canonical)
        {
            hash.Add(rdn, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
