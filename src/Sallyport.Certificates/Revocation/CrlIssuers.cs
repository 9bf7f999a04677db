using System.Collections.Generic;
using Sallyport.Certificates.Asn;

namespace Sallyport.Certificates.Revocation;

/// <summary>The certificate issuers one list speaks about: itself first, others when it is indirect.</summary>
internal sealed class CrlIssuers
{
    public const int Max = ushort.MaxValue;

    private readonly Dictionary<DistinguishedName, int> _indexes;

    public CrlIssuers(DistinguishedName own) => _indexes = new Dictionary<DistinguishedName, int> { [own] = 0 };

    /// <summary>The index of an issuer, adding it; -1 when there are too many.</summary>
    public int IndexOf(DistinguishedName name)
    {
        if (_indexes.TryGetValue(name, out int index))
        {
            return index;
        }

        if (_indexes.Count == Max || !NameReader.TryRead(Octets.Of(name.Der.Span).Memory, out DistinguishedName copy))
        {
            return -1;
        }

        // Copied, so that the name does not keep the whole list's octets alive.
        index = _indexes.Count;
        _indexes.Add(copy, index);
        return index;
    }

    /// <summary>The index of an issuer, or -1 when the list has nothing about it.</summary>
    public int Find(DistinguishedName name) => _indexes.GetValueOrDefault(name, -1);
}
