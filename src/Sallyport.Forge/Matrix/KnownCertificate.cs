using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Matrix;

/// <summary>What the forge copies from a genuine certificate.</summary>
internal sealed record KnownCertificate
{
    private const byte EmailTag = 0x81;
    private const byte DnsTag = 0x82;
    private const byte UriTag = 0x86;

    public required DistinguishedName Subject { get; init; }

    public required DistinguishedName Issuer { get; init; }

    public required ReadOnlyMemory<byte> Serial { get; init; }

    public required string? CommonName { get; init; }

    /// <summary>A common name that, as a whole subject, prints like this subject of several parts; null when there is none.</summary>
    public required string? TextTwin { get; init; }

    public required int? PathLength { get; init; }

    /// <summary>Object identifier of the signature that the issuer made.</summary>
    public required string? SignatureOid { get; init; }

    public required ImmutableArray<CertificateExtension> Extensions { get; init; }

    public bool HasNameConstraints => Find(Oids.NameConstraints) is not null;

    public bool HasAltNames => Find(Oids.SubjectAltName) is not null;

    /// <summary>Subject key identifier; null when it states none.</summary>
    public ReadOnlyMemory<byte>? SubjectKeyIdentifier =>
        Find(Oids.SubjectKeyIdentifier) is { } extension ? DerReader.Content(extension.Value) : null;

    /// <summary>Key identifier of the issuer; null when it states none.</summary>
    public ReadOnlyMemory<byte>? AuthorityKeyIdentifier
    {
        get
        {
            foreach ((byte tag, ReadOnlyMemory<byte> content) in DerReader.Items(Content(Oids.AuthorityKeyIdentifier)))
            {
                if (tag == 0x80)
                {
                    return content;
                }
            }

            return null;
        }
    }

    public ImmutableArray<GeneralName> TextNames =>
    [
        .. DerReader.Items(Content(Oids.SubjectAltName)).Select(item => item.Tag switch
        {
            EmailTag => new GeneralName.Email(Encoding.Latin1.GetString(item.Content.Span)),
            DnsTag => new GeneralName.Dns(Encoding.Latin1.GetString(item.Content.Span)),
            UriTag => new GeneralName.Uri(Encoding.Latin1.GetString(item.Content.Span)),
            _ => (GeneralName?)null,
        }).OfType<GeneralName>(),
    ];

    /// <exception cref="System.Security.Cryptography.CryptographicException">The certificate cannot be read.</exception>
    public static KnownCertificate Read(ReadOnlyMemory<byte> der)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der.Span);
        return new KnownCertificate
        {
            Subject = DistinguishedName.FromDer(certificate.SubjectName.RawData),
            Issuer = DistinguishedName.FromDer(certificate.IssuerName.RawData),
            Serial = certificate.SerialNumberBytes.ToArray(),
            CommonName = CommonNameOf(certificate.SubjectName),
            TextTwin = TextTwinOf(certificate.SubjectName),
            PathLength = certificate.Extensions.OfType<X509BasicConstraintsExtension>()
                .Where(basic => basic.HasPathLengthConstraint).Select(basic => (int?)basic.PathLengthConstraint).FirstOrDefault(),
            SignatureOid = certificate.SignatureAlgorithm.Value,
            Extensions =
            [
                .. certificate.Extensions.Where(extension => extension.Oid?.Value is not null)
                    .Select(extension => new CertificateExtension(extension.Oid?.Value ?? "", extension.Critical, extension.RawData)),
            ],
        };
    }

    public CertificateExtension? Find(string oid) => Extensions.FirstOrDefault(extension => extension.Oid == oid);

    private ReadOnlyMemory<byte> Content(string oid) =>
        Find(oid) is { } extension ? DerReader.Content(extension.Value) : ReadOnlyMemory<byte>.Empty;

    private static string? CommonNameOf(X500DistinguishedName name) => name.EnumerateRelativeDistinguishedNames(reversed: false)
        .Where(rdn => !rdn.HasMultipleElements && rdn.GetSingleElementType().Value == Oids.CommonName)
        .Select(rdn => rdn.GetSingleElementValue()).LastOrDefault(value => value is not null);

    private static string? TextTwinOf(X500DistinguishedName name) =>
        new[] { X500DistinguishedNameFlags.Reversed, X500DistinguishedNameFlags.None }
            .Select(name.Decode)
            .Where(text => text.StartsWith("CN=", StringComparison.Ordinal) && text.Contains(", ", StringComparison.Ordinal))
            .Select(text => text[3..])
            .FirstOrDefault();
}
