using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Matrix;

/// <summary>What every recipe draws on: the genuine certificate taken apart, the clock, fresh keys, templates right in all else.</summary>
internal sealed class MatrixMaterial : IDisposable
{
    /// <summary>Extensions that belong to one certificate or one issuer, or that the template writes itself.</summary>
    private static readonly ImmutableArray<string> _notCopied =
    [
        Oids.SubjectKeyIdentifier, Oids.AuthorityKeyIdentifier, Oids.BasicConstraints, Oids.KeyUsage, Oids.ExtendedKeyUsage,
        Oids.AuthorityInformationAccess, Oids.CrlDistributionPoints, Oids.FreshestCrl, Oids.SignedCertificateTimestamps,
    ];

    private readonly TimeProvider _time;
    private readonly List<ForgeKey> _keys = [];

    /// <exception cref="CryptographicException">A certificate of the input cannot be read.</exception>
    internal MatrixMaterial(MatrixInput input)
    {
        Input = input;
        _time = input.Time;
        Now = input.Time.GetUtcNow();
        Genuine = KnownCertificate.Read(input.GenuineLeaf);
        Authority = input.ClientAuthority;
        ReadOnlyMemory<byte>? authority = input.ClientAuthority?.Certificate ?? input.ClientAuthorityCertificate;
        AuthorityCertificate = authority is { } der ? KnownCertificate.Read(der) : null;
        GenuineHasLowestRole = input.GenuineHasLowestRole;

        ImmutableArray<KnownCertificate> others =
            [.. input.OtherLeaves.Concat(input.SecondLeaf is { } second ? [second] : []).Select(KnownCertificate.Read)];
        ForbiddenSubjects = [.. others.Select(other => other.Subject).Where(subject => subject != Genuine.Subject)];
        ForbiddenNames = [.. others.SelectMany(Names).Except(Names(Genuine)).Where(name => name.Length > 0)];
    }

    internal MatrixInput Input { get; }

    internal DateTimeOffset Now { get; }

    internal KnownCertificate Genuine { get; }

    internal CertificateAuthority? Authority { get; }

    internal KnownCertificate? AuthorityCertificate { get; }

    internal bool GenuineHasLowestRole { get; }

    internal ImmutableArray<DistinguishedName> ForbiddenSubjects { get; }

    internal ImmutableArray<string> ForbiddenNames { get; }

    internal List<MintedSerial> Serials { get; } = [];

    /// <summary>The clock as it stands now, for what is minted later than the matrix.</summary>
    internal DateTimeOffset Later => _time.GetUtcNow();

    /// <summary>A fresh P-256 key, disposed with the matrix.</summary>
    internal ForgeKey NewKey() => Kept(ForgeKey.P256());

    /// <summary>A key of our own that signs the way A's issuer signs, so that nothing but the signature's value gives it away.</summary>
    internal ForgeKey TwinKey => field ??= Kept(TwinSignature switch
    {
        CertificateSignature.EcdsaSha256 or CertificateSignature.EcdsaSha1 => ForgeKey.P256(),
        CertificateSignature.EcdsaSha384 => ForgeKey.P384(),
        CertificateSignature.EcdsaSha512 => ForgeKey.P521(),
        _ => ForgeKey.Rsa(2048),
    });

    /// <summary>How A's issuer signed A; ECDSA over SHA-256 where we cannot sign alike.</summary>
    internal CertificateSignature TwinSignature => Genuine.SignatureOid switch
    {
        Oids.EcdsaSha1 => CertificateSignature.EcdsaSha1,
        Oids.EcdsaSha384 => CertificateSignature.EcdsaSha384,
        Oids.EcdsaSha512 => CertificateSignature.EcdsaSha512,
        Oids.RsaSha1 => CertificateSignature.RsaSha1,
        Oids.RsaSha256 => CertificateSignature.RsaSha256,
        Oids.RsaSha512 => CertificateSignature.RsaSha512,
        Oids.RsaSha384 => CertificateSignature.RsaSha384,
        Oids.RsaPss => CertificateSignature.RsaPssSha256,
        _ => CertificateSignature.EcdsaSha256,
    };

    internal ForgeKey Kept(ForgeKey key)
    {
        _keys.Add(key);
        return key;
    }

    /// <summary>A copy of A that is right in everything, to be signed by the user's CA with a key of our own.</summary>
    internal CertificateSpec Perfect() => Template(Genuine.Subject) with
    {
        ExtraExtensions = Copied(Genuine.Issuer == Authority?.Subject ? [Oids.AuthorityInformationAccess, Oids.CrlDistributionPoints] : []),
    };

    /// <summary>A copy of A to be signed by nobody the server knows.</summary>
    internal CertificateSpec Copy() => Template(Genuine.Subject) with { ExtraExtensions = Copied([]) };

    /// <summary>Right in everything, but of somebody nobody knows.</summary>
    internal CertificateSpec Stranger(out string name)
    {
        name = "sallyport-" + RandomNumberGenerator.GetHexString(8, lowercase: true);
        return Named(DistinguishedName.CommonName(name)) with { SubjectAltNames = [StrangerAltName(name)] };
    }

    /// <summary>Right in everything but with a subject and alternative names of the caller's.</summary>
    internal CertificateSpec Named(DistinguishedName subject)
    {
        CertificateSpec perfect = Perfect();
        return perfect with
        {
            Subject = subject,
            ExtraExtensions = [.. perfect.ExtraExtensions.Where(extension => extension.Oid != Oids.SubjectAltName)],
        };
    }

    /// <summary>Without A's own CRL and issuer addresses: they belong to the client CA, not to an intermediate of ours.</summary>
    internal static CertificateSpec WithoutLocations(CertificateSpec spec) => spec with
    {
        ExtraExtensions =
        [
            .. spec.ExtraExtensions.Where(
                extension => extension.Oid is not (Oids.AuthorityInformationAccess or Oids.CrlDistributionPoints)),
        ],
    };

    internal static GeneralName StrangerAltName(string name) => new GeneralName.Dns(name + ".sallyport.invalid");

    /// <summary>An intermediate for the user's CA, within the manners.</summary>
    internal CertificateSpec Subordinate(string role, int? pathLength = null) => CertificateAuthority.AuthoritySpec(
        DistinguishedName.CommonName($"Sallyport {role} {RandomNumberGenerator.GetHexString(8, lowercase: true)}"),
        Now.AddMinutes(-2),
        Now.AddMinutes(12),
        NewKey(),
        pathLength);

    /// <summary>A root that no server can know.</summary>
    internal CertificateAuthority RogueRoot() => CertificateAuthority.CreateRoot(
        $"Sallyport rogue root {RandomNumberGenerator.GetHexString(8, lowercase: true)}", Now.AddDays(-1), Now.AddDays(1), NewKey());

    public void Dispose()
    {
        foreach (ForgeKey key in _keys)
        {
            key.Dispose();
        }
    }

    private CertificateSpec Template(DistinguishedName subject) => new()
    {
        Subject = subject,
        NotBefore = Now.AddMinutes(-2),
        NotAfter = Now.AddMinutes(12),
        Key = NewKey(),
        BasicConstraints = new BasicConstraints(IsAuthority: false),
        KeyUsages = X509KeyUsageFlags.DigitalSignature,
        ExtendedKeyUsages = [Oids.ClientAuth],
    };

    private ImmutableArray<CertificateExtension> Copied(ImmutableArray<string> also) =>
        [.. Genuine.Extensions.Where(extension => !_notCopied.Contains(extension.Oid) || also.Contains(extension.Oid))];

    private static IEnumerable<string> Names(KnownCertificate certificate) => certificate.TextNames
        .Select(name => name switch
        {
            GeneralName.Dns dns => dns.Value,
            GeneralName.Email email => email.Value,
            GeneralName.Uri uri => uri.Value,
            _ => "",
        })
        .Append(certificate.CommonName ?? "");
}
