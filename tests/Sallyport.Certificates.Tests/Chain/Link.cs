using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Certificates.Tests.Chain;

/// <summary>One certificate of a chain, conforming until a test bends a field; written octet by octet, so that every field may be wrong.</summary>
internal sealed class Link : IDisposable
{
    private readonly List<X509Extension> _extensions = [];
    private readonly byte _id;

    private Link(string name, byte id)
    {
        (Name, _id) = (name, id);
        Serial = [0x5a, id];
    }

    public string Name { get; set; }

    public string? IssuerName { get; set; }

    public int Version { get; set; } = 3;

    public byte[] Serial { get; set; }

    public Action<AsnWriter> NotAfter { get; set; } = static w => w.WriteUtcTime(Minted.NotAfter);

    public bool HasUniqueIdentifier { get; set; }

    public Func<ECDsa, X509SignatureGenerator> Signer { get; set; } = X509SignatureGenerator.CreateForECDsa;

    public AsymmetricAlgorithm Key { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private byte[] KeyIdentifier => [_id, 2, 3, 4];

    public static Link Root() => Authority("CN=Root", 1);

    public static Link Sub() => Authority("CN=Sub", 2).KeyedBy(1);

    public static Link Leaf() => new Link("CN=leaf", 3)
        .KeyedBy(2)
        .With(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true))
        .With(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false))
        .With(ChainVerifierTests.Named("leaf.example"));

    /// <summary>Puts an extension in, in the place of the one with its identifier.</summary>
    public Link With(X509Extension extension)
    {
        Without(extension.Oid?.Value ?? "");
        _extensions.Add(extension);
        return this;
    }

    public Link Without(string oid)
    {
        _extensions.RemoveAll(e => e.Oid?.Value == oid);
        return this;
    }

    /// <summary>Turns the critical bit of an extension.</summary>
    public Link Critical(string oid, bool critical)
    {
        X509Extension old = _extensions.Find(e => e.Oid?.Value == oid).ShouldNotBeNull();
        return With(new X509Extension(old, critical));
    }

    public Link WithKey(AsymmetricAlgorithm key)
    {
        Key.Dispose();
        Key = key;
        return this;
    }

    public byte[] SignedBy(Link issuer)
    {
        X509SignatureGenerator signer = issuer.Key is RSA rsa
            ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
            : Signer((ECDsa)issuer.Key);
        byte[] algorithm = signer.GetSignatureAlgorithmIdentifier(HashAlgorithmName.SHA256);
        var body = new AsnWriter(AsnEncodingRules.DER);
        Minted.Sequence(body, () => WriteBody(body, algorithm, IssuerName ?? issuer.Name));
        byte[] signed = body.Encode();
        var whole = new AsnWriter(AsnEncodingRules.DER);
        Minted.Sequence(whole, () =>
        {
            whole.WriteEncodedValue(signed);
            whole.WriteEncodedValue(algorithm);
            whole.WriteBitString(signer.SignData(signed, HashAlgorithmName.SHA256));
        });
        return whole.Encode();
    }

    public void Dispose() => Key.Dispose();

    private static Link Authority(string name, byte id)
    {
        var link = new Link(name, id);
        return link
            .With(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true))
            .With(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true))
            .With(new X509SubjectKeyIdentifierExtension(link.KeyIdentifier, critical: false));
    }

    private Link KeyedBy(byte issuer) => With(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier([issuer, 2, 3, 4]));

    private void WriteBody(AsnWriter writer, byte[] algorithm, string issuer)
    {
        if (Version > 1)
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                writer.WriteInteger(Version - 1);
            }
        }

        writer.WriteInteger(Serial);
        writer.WriteEncodedValue(algorithm);
        writer.WriteEncodedValue(new X500DistinguishedName(issuer).RawData);
        Minted.Sequence(writer, () =>
        {
            writer.WriteUtcTime(Minted.NotBefore);
            NotAfter(writer);
        });
        writer.WriteEncodedValue(new X500DistinguishedName(Name).RawData);
        writer.WriteEncodedValue(Key is RSA rsa ? rsa.ExportSubjectPublicKeyInfo() : ((ECDsa)Key).ExportSubjectPublicKeyInfo());
        if (HasUniqueIdentifier)
        {
            writer.WriteBitString([7], 0, new Asn1Tag(TagClass.ContextSpecific, 2));
        }

        if (Version == 3)
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
            {
                Minted.Sequence(writer, () => _extensions.ForEach(e => WriteExtension(writer, e)));
            }
        }
    }

    private static void WriteExtension(AsnWriter writer, X509Extension extension) => Minted.Sequence(writer, () =>
    {
        writer.WriteObjectIdentifier(extension.Oid?.Value ?? "");
        if (extension.Critical)
        {
            writer.WriteBoolean(true);
        }

        writer.WriteOctetString(extension.RawData);
    });
}
