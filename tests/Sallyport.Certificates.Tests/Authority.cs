using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests;

/// <summary>A certification authority for one test: conforming unless asked otherwise.</summary>
internal sealed class Authority : IDisposable
{
    public static readonly DateTimeOffset Now = Minted.NotBefore.AddDays(30);

    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;
    private int _serial = 0x1000;

    private Authority(ECDsa key, X509Certificate2 certificate)
    {
        _key = key;
        _certificate = certificate;
    }

    public byte[] Der => _certificate.RawData;

    public X500DistinguishedName Subject => _certificate.SubjectName;

    public ECDsa Key => _key;

    public CertificateProfile Profile => Read(Der);

    public TrustAnchor Anchor => TrustAnchor.Of(Profile);

    public static CertificateProfile Read(byte[] der)
    {
        CertificateProfile.TryRead(der, out CertificateProfile? profile, out CertificateDefect? defect).ShouldBeTrue(defect?.ToString());
        return profile.ShouldNotBeNull();
    }

    public static Authority Root(string name = "CN=Root,O=Example", ECDsa? key = null, params IEnumerable<X509Extension> extra)
    {
        ECDsa own = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = AuthorityRequest(name, own, pathLength: null, extra);
        return new Authority(own, request.CreateSelfSigned(Minted.NotBefore, Minted.NotAfter));
    }

    public Authority Sub(string name = "CN=Intermediate,O=Example", int? pathLength = null, params IEnumerable<X509Extension> extra)
    {
        ECDsa own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new Authority(own, X509CertificateLoader.LoadCertificate(Sign(AuthorityRequest(name, own, pathLength, extra))));
    }

    /// <summary>A conforming client certificate.</summary>
    public byte[] Client(string name = "CN=alice,O=Example", params IEnumerable<X509Extension> extra) => Sign(ClientRequest(name, extra));

    /// <summary>A request for a client certificate, to be changed before <see cref="Sign(CertificateRequest)"/>.</summary>
    public CertificateRequest ClientRequest(string name = "CN=alice,O=Example", params IEnumerable<X509Extension> extra)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        X509Extension[] added = [.. extra];
        AddUnless(request, added, new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        AddUnless(request, added, new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        foreach (X509Extension extension in added)
        {
            request.CertificateExtensions.Add(extension);
        }

        return request;
    }

    public byte[] Sign(CertificateRequest request) => Sign(request, Minted.NotBefore, Minted.NotAfter, [0x7a, .. BitConverter.GetBytes(_serial++)]);

    public byte[] Sign(CertificateRequest request, DateTimeOffset notBefore, DateTimeOffset notAfter, byte[] serial)
    {
        if (!request.CertificateExtensions.Any(static e => e.Oid?.Value == "2.5.29.35"))
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        }

        using X509Certificate2 certificate = request.Create(Subject, X509SignatureGenerator.CreateForECDsa(_key), notBefore, notAfter, serial);
        return certificate.RawData;
    }

    /// <summary>A complete list, current at <see cref="Now"/>, that revokes these certificates.</summary>
    public CertificateRevocationList List(params IEnumerable<byte[]> revoked) => List(Now.AddDays(-1), Now.AddDays(1), revoked);

    public CertificateRevocationList List(DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, params IEnumerable<byte[]> revoked)
    {
        CertificateRevocationList.TryRead(ListDer(thisUpdate, nextUpdate, revoked), out CertificateRevocationList? list, out CertificateDefect? defect)
            .ShouldBeTrue(defect?.ToString());
        return list.ShouldNotBeNull();
    }

    public byte[] ListDer(DateTimeOffset thisUpdate, DateTimeOffset nextUpdate, params IEnumerable<byte[]> revoked)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (byte[] der in revoked)
        {
            builder.AddEntry(Read(der).SerialNumber.Span, Now.AddDays(-2), X509RevocationReason.KeyCompromise);
        }

        using X509Certificate2 bare = X509CertificateLoader.LoadCertificate(Der);
        using X509Certificate2 signer = bare.CopyWithPrivateKey(_key);
        return builder.Build(signer, 7, nextUpdate, HashAlgorithmName.SHA256, rsaSignaturePadding: null, thisUpdate);
    }

    public void Dispose()
    {
        _key.Dispose();
        _certificate.Dispose();
    }

    private static CertificateRequest AuthorityRequest(string name, ECDsa key, int? pathLength, IEnumerable<X509Extension> extra)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        X509Extension[] added = [.. extra];
        AddUnless(request, added, new X509BasicConstraintsExtension(true, pathLength is not null, pathLength ?? 0, critical: true));
        AddUnless(request, added, new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, X509SubjectKeyIdentifierHashAlgorithm.Sha256, critical: false));
        foreach (X509Extension extension in added)
        {
            request.CertificateExtensions.Add(extension);
        }

        return request;
    }

    private static void AddUnless(CertificateRequest request, X509Extension[] added, X509Extension usual)
    {
        if (!added.Any(e => e.Oid?.Value == usual.Oid?.Value))
        {
            request.CertificateExtensions.Add(usual);
        }
    }
}
