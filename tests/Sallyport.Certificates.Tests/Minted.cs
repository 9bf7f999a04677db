using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Certificates.Tests;

/// <summary>Certificates minted for these tests; dates are fixed, because nothing here reads a clock.</summary>
internal static class Minted
{
    public static readonly DateTimeOffset NotBefore = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset NotAfter = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A self-signed P-256 certificate with whatever the caller adds.</summary>
    public static byte[] SelfSigned(string subject = "CN=alice,O=Example", params IEnumerable<X509Extension> extensions)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using X509Certificate2 certificate = request.CreateSelfSigned(NotBefore, NotAfter);
        return certificate.RawData;
    }

    /// <summary>A certificate with every extension this project decodes.</summary>
    public static byte[] Rich()
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("api.example.com");
        names.AddEmailAddress("alice@example.com");
        names.AddIpAddress(IPAddress.Parse("192.0.2.7"));
        names.AddIpAddress(IPAddress.Parse("2001:db8::7"));
        names.AddUri(new Uri("spiffe://example.com/ns/a/sa/b"));
        names.AddUserPrincipalName("alice@corp.example");
        return SelfSigned(
            "CN=alice,O=Example",
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 2, critical: true),
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DecipherOnly, critical: true),
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2"), new Oid("1.3.6.1.5.5.7.3.1")], critical: false),
            names.Build(),
            new X509SubjectKeyIdentifierExtension([1, 2, 3, 4], critical: false),
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([9, 8, 7]),
            new X509AuthorityInformationAccessExtension(["http://ocsp.example/"], ["http://ca.example/ca.crt"]),
            CertificateRevocationListBuilder.BuildCrlDistributionPointExtension(["http://crl.example/1.crl", "http://crl.example/2.crl"]),
            Raw("2.5.29.32", static w => Sequence(w, () => Sequence(w, () => w.WriteObjectIdentifier("1.3.6.1.4.1.99999.1")))),
            Raw("2.5.29.33", static w => Sequence(w, () => Sequence(w, () =>
            {
                w.WriteObjectIdentifier("1.3.6.1.4.1.99999.1");
                w.WriteObjectIdentifier("1.3.6.1.4.1.99999.2");
            }))),
            Raw("2.5.29.36", static w => Sequence(w, () =>
            {
                w.WriteInteger(1, new Asn1Tag(TagClass.ContextSpecific, 0));
                w.WriteInteger(0, new Asn1Tag(TagClass.ContextSpecific, 1));
            })),
            Raw("2.5.29.54", static w => w.WriteInteger(3)),
            Raw("2.5.29.30", static w => Sequence(w, () =>
            {
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                {
                    Sequence(w, () => w.WriteCharacterString(UniversalTagNumber.IA5String, ".example.com", new Asn1Tag(TagClass.ContextSpecific, 2)));
                }
            })),
            Raw("1.3.6.1.5.5.7.1.24", static w => Sequence(w, () => w.WriteInteger(5))),
            Raw("1.3.6.1.4.1.11129.2.4.2", static w => w.WriteOctetString([0, 0])),
            Raw("1.3.6.1.5.5.7.48.1.5", static w => w.WriteNull()),
            Raw("1.3.6.1.4.1.99999.77", static w => w.WriteNull(), critical: true));
    }

    public static X509Extension Raw(string oid, Action<AsnWriter> write, bool critical = false)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return new X509Extension(oid, writer.Encode(), critical);
    }

    public static void Sequence(AsnWriter writer, Action content)
    {
        using (writer.PushSequence())
        {
            content();
        }
    }
}
