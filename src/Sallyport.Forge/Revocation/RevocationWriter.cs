using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Revocation;

/// <summary>Writes certificate revocation lists.</summary>
internal static class RevocationWriter
{
    internal static byte[] List(RevocationListSpec spec, CertificateAuthority authority)
    {
        CertificateSignature signature = spec.Signature ?? authority.Key.DefaultSignature;
        byte[][] extensions = [.. Extensions(spec, authority).Concat(spec.ExtraExtensions).Select(ExtensionWriter.Extension)];
        byte[] toBeSigned = DerWriter.Sequence(
            DerWriter.Integer(1),
            ForgeKey.AlgorithmIdentifier(signature),
            (spec.Issuer ?? authority.Subject).Encoded.ToArray(),
            DerWriter.Time(spec.ThisUpdate),
            spec.NextUpdate is { } next ? DerWriter.Time(next) : [],
            spec.Entries.IsDefaultOrEmpty ? [] : DerWriter.Sequence(spec.Entries.Select(Entry)),
            extensions.Length == 0 ? [] : DerWriter.Context(0, DerWriter.Sequence(extensions)));
        return CertificateWriter.Signed(toBeSigned, authority.Key, signature);
    }

    private static byte[] Entry(RevokedEntry entry)
    {
        byte[][] extensions = [.. EntryExtensions(entry).Select(ExtensionWriter.Extension)];
        return DerWriter.Sequence(
            DerWriter.RawInteger(entry.Serial.Span),
            DerWriter.Time(entry.RevokedAt),
            extensions.Length == 0 ? [] : DerWriter.Sequence(extensions));
    }

    private static IEnumerable<CertificateExtension> EntryExtensions(RevokedEntry entry)
    {
        if (entry.Reason is { } reason)
        {
            yield return new CertificateExtension(Oids.CrlReason, false, DerWriter.Enumerated((int)reason));
        }

        if (entry.InvalidSince is { } since)
        {
            yield return new CertificateExtension(Oids.InvalidityDate, false, DerWriter.GeneralizedTime(since));
        }

        if (entry.CertificateIssuer is { } issuer)
        {
            yield return new CertificateExtension(
                Oids.CertificateIssuer, true, ExtensionWriter.GeneralNames([new GeneralName.Directory(issuer)]));
        }
    }

    private static IEnumerable<CertificateExtension> Extensions(RevocationListSpec spec, CertificateAuthority authority)
    {
        ReadOnlyMemory<byte>? keyIdentifier = spec.AuthorityKeyIdentifier switch
        {
            KeyIdentifierChoice.Exactly exactly => exactly.Value,
            KeyIdentifierChoice.Computed => authority.KeyIdentifier,
            _ => null,
        };
        if (keyIdentifier is { } key)
        {
            yield return new CertificateExtension(Oids.AuthorityKeyIdentifier, false, ExtensionWriter.AuthorityKeyIdentifier(key));
        }

        if (spec.Number is { } number)
        {
            yield return new CertificateExtension(Oids.CrlNumber, false, DerWriter.Integer(number));
        }

        if (spec.DeltaBase is { } deltaBase)
        {
            yield return new CertificateExtension(Oids.DeltaCrlIndicator, true, DerWriter.Integer(deltaBase));
        }

        if (spec.Scope is { } scope)
        {
            yield return new CertificateExtension(Oids.IssuingDistributionPoint, true, Scope(scope));
        }

        if (!spec.FreshestUrls.IsDefaultOrEmpty)
        {
            yield return new CertificateExtension(Oids.FreshestCrl, false, ExtensionWriter.DistributionPoints(spec.FreshestUrls));
        }
    }

    private static byte[] Scope(IssuingDistributionPoint scope) => DerWriter.Sequence(
        scope.Urls.IsDefaultOrEmpty ? [] : DerWriter.Context(0, ExtensionWriter.FullName(scope.Urls)),
        Flag(1, scope.OnlyUserCertificates),
        Flag(2, scope.OnlyAuthorityCertificates),
        scope.OnlyReasons.IsDefaultOrEmpty ? [] : DerWriter.ContextPrimitive(3, Reasons(scope.OnlyReasons)),
        Flag(4, scope.IsIndirect),
        Flag(5, scope.OnlyAttributeCertificates));

    private static byte[] Flag(int number, bool value) => value ? DerWriter.ContextPrimitive(number, [0xFF]) : [];

    private static byte[] Reasons(IEnumerable<RevocationReason> reasons)
    {
        byte[] bits = new byte[2];
        foreach (RevocationReason reason in reasons)
        {
            // ReasonFlags count like CRLReason up to certificateHold; the two after removeFromCRL move down by two.
            int bit = (int)reason >= 9 ? (int)reason - 2 : (int)reason;
            bits[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return DerWriter.NamedBitsContent(bits);
    }
}
