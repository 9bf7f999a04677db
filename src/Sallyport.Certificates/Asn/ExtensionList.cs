using System;
using System.Collections.Generic;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads Extensions (RFC 5280, section 4.1), shared by certificates, CRLs, CRL entries and OCSP.</summary>
internal static class ExtensionList
{
    public static bool TryRead(ref DerReader reader, int limit, out List<CertificateExtension> extensions)
    {
        extensions = [];
        if (!reader.TryTakeSequence(out DerReader list) || list.AtEnd)
        {
            return false;
        }

        while (!list.AtEnd)
        {
            bool critical = false;
            if (extensions.Count == limit
                || !list.TryTakeSequence(out DerReader entry)
                || !entry.TryTakeOid(out string oid)
                || (entry.NextTag == DerTag.Boolean && !entry.TryTakeBoolean(DerTag.Boolean, out critical))
                || !entry.TryTake(DerTag.OctetString, out ReadOnlyMemory<byte> value)
                || !entry.AtEnd)
            {
                return false;
            }

            extensions.Add(new CertificateExtension(oid, critical, new Octets(value)));
        }

        return true;
    }
}
