using System;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Callers with certificates of a lab PKI, verified for real.</summary>
internal sealed class Callers : IDisposable
{
    private readonly ChainVerifier _verifier;

    public Callers()
    {
        Pki = new LabPki(TimeProvider.System);
        TrustAnchor.TryRead(Pki.ClientCa.Authority.Certificate.Span, out TrustAnchor? anchor).ShouldBeTrue();
        _verifier = new ChainVerifier([anchor!], [], new ChainPolicy { Revocation = new RevocationPolicy { Mode = RevocationMode.Off } }); // asserted
        Alice = Caller(Pki.Alice, "alice");
        Bob = Caller(Pki.Bob, "bob");
    }

    public LabPki Pki { get; }

    public ICallerFeature Alice { get; }

    public ICallerFeature Bob { get; }

    public VerifiedClientCertificate Verify(LabIdentity identity) => Verify(identity.Forged.Leaf.Span);

    public VerifiedClientCertificate Verify(ReadOnlySpan<byte> leaf) =>
        _verifier.Verify(leaf, [], RevocationSnapshot.Empty, TimeProvider.System.GetUtcNow())
            .ShouldBeOfType<ChainVerdict.Verified>().Certificate;

    public ICallerFeature Caller(LabIdentity identity, string name, long version = 1, params string[] scopes) => new CallerFeature(
        Verify(identity),
        new CertificateIdentity { Name = name, Version = version, Scopes = scopes.Length == 0 ? ["read", "write"] : [.. scopes] });

    public void Dispose() => Pki.Dispose();

    internal sealed record CallerFeature(VerifiedClientCertificate Certificate, CertificateIdentity Identity) : ICallerFeature
    {
        public long IdentityEpoch => 1;

        public long TrustEpoch => 1;

        public bool IsForwarded => false;
    }
}
