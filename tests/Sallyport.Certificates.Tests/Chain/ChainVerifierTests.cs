using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Chain;

public sealed class ChainVerifierTests : IDisposable
{
    private static readonly ChainPolicy NoRevocation = new() { Revocation = new RevocationPolicy { Mode = RevocationMode.Off } };

    private readonly Authority _root = Authority.Root();
    private readonly Authority _sub;

    public ChainVerifierTests() => _sub = _root.Sub();

    public void Dispose()
    {
        _root.Dispose();
        _sub.Dispose();
    }

    [Fact]
    public void Gives_the_proof_of_a_good_path()
    {
        byte[] leaf = _sub.Client();
        VerifiedClientCertificate proof = Verify(leaf, [_sub.Der]).ShouldBeOfType<ChainVerdict.Verified>().Certificate;
        proof.Thumbprint.ShouldBe(CertificateThumbprint.Of(leaf));
        proof.Path.Select(static c => c.Subject.Text).ShouldBe(["CN=alice,O=Example", "CN=Intermediate,O=Example"]);
        proof.Anchor.Certificate.Thumbprint.ShouldBe(CertificateThumbprint.Of(_root.Der));
        proof.VerifiedAt.ShouldBe(Authority.Now);
        proof.ValidUntil.ShouldBe(Minted.NotAfter);
        proof.Policies.ShouldBeEmpty();
    }

    [Fact]
    public void Finds_the_path_among_certificates_that_do_not_help()
    {
        using Authority other = Authority.Root("CN=Other");
        using Authority twin = Authority.Root("CN=Intermediate,O=Example");
        Verify(_sub.Client(), [other.Der, [1, 2, 3], twin.Der, _root.Der, _sub.Der, _sub.Der]).ShouldBeOfType<ChainVerdict.Verified>();
    }

    [Fact]
    public void Trusts_nobody_without_anchors() =>
        Reason(new ChainVerifier([], [], NoRevocation).Verify(_sub.Client(), [_sub.Der], RevocationSnapshot.Empty, Authority.Now)).ShouldBe(RefusalReason.UnknownIssuer);

    [Fact]
    public void Refuses_an_authority_of_the_same_name_and_another_key()
    {
        using Authority rogue = Authority.Root();
        Reason(Verify(rogue.Client(), [rogue.Der])).ShouldBe(RefusalReason.BadSignature);
    }

    [Fact]
    public void Refuses_a_missing_intermediate() => Reason(Verify(_sub.Client(), [])).ShouldBe(RefusalReason.UnknownIssuer);

    [Fact]
    public void Looks_at_the_clock_to_the_second()
    {
        byte[] leaf = _sub.Client();
        Reason(Verify(leaf, [_sub.Der], now: Minted.NotBefore.AddSeconds(-1))).ShouldBe(RefusalReason.NotYetValid);
        Verify(leaf, [_sub.Der], now: Minted.NotBefore).ShouldBeOfType<ChainVerdict.Verified>();
        Verify(leaf, [_sub.Der], now: Minted.NotAfter).ShouldBeOfType<ChainVerdict.Verified>();
        Reason(Verify(leaf, [_sub.Der], now: Minted.NotAfter.AddSeconds(1))).ShouldBe(RefusalReason.Expired);
    }

    [Fact]
    public void Refuses_an_unreadable_leaf() => Reason(Verify([1, 2, 3], [])).ShouldBe(RefusalReason.Unreadable);

    [Fact]
    public void Refuses_too_much_before_any_work()
    {
        Reason(Verify(_sub.Client(), [.. Enumerable.Repeat(_sub.Der, 16)])).ShouldBe(RefusalReason.TooManyCertificates);
        Reason(Verify(new byte[16_385], [])).ShouldBe(RefusalReason.CertificateTooLarge);
        Reason(Verify(_sub.Client(), [new byte[16_385]])).ShouldBe(RefusalReason.CertificateTooLarge);
    }

    [Fact]
    public void A_leaf_cannot_issue()
    {
        byte[] alice = _sub.Client("CN=alice");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=alice", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        byte[] issuer = _sub.Sign(request);
        var mallory = new CertificateRequest("CN=mallory", key, HashAlgorithmName.SHA256);
        using X509Certificate2 minted = mallory.Create(
            new X500DistinguishedName("CN=alice"), X509SignatureGenerator.CreateForECDsa(key), Minted.NotBefore, Minted.NotAfter, [1]);
        Reason(Verify(minted.RawData, [issuer, alice, _sub.Der])).ShouldBe(RefusalReason.IssuerIsNoAuthority);
    }

    [Fact]
    public void Holds_the_path_length_of_intermediates_and_of_the_anchor()
    {
        using Authority closed = _root.Sub("CN=Closed", pathLength: 0);
        using Authority below = closed.Sub("CN=Below");
        Reason(Verify(below.Client(), [below.Der, closed.Der])).ShouldBe(RefusalReason.PathTooLong);

        using Authority shallow = Authority.Root("CN=Shallow", key: null, new X509BasicConstraintsExtension(true, true, 0, critical: true));
        using Authority under = shallow.Sub("CN=Under");
        var verifier = new ChainVerifier([shallow.Anchor], [], NoRevocation);
        Reason(verifier.Verify(under.Client(), [under.Der], RevocationSnapshot.Empty, Authority.Now)).ShouldBe(RefusalReason.PathTooLong);
    }

    [Fact]
    public void Holds_the_name_constraints_of_the_anchor()
    {
        using Authority bound = Authority.Root("CN=Bound", key: null, Minted.Raw("2.5.29.30", static w => Minted.Sequence(w, () =>
        {
            using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            {
                Minted.Sequence(w, () => w.WriteCharacterString(UniversalTagNumber.IA5String, "corp.example", new Asn1Tag(TagClass.ContextSpecific, 2)));
            }
        }), critical: true));
        var verifier = new ChainVerifier([bound.Anchor], [], NoRevocation);
        verifier.Verify(bound.Client("CN=a", Named("a.corp.example")), [], RevocationSnapshot.Empty, Authority.Now).ShouldBeOfType<ChainVerdict.Verified>();
        Refusal refusal = Refused(verifier.Verify(bound.Client("CN=a", Named("a.other.example")), [], RevocationSnapshot.Empty, Authority.Now));
        refusal.Reason.ShouldBe(RefusalReason.NameNotPermitted);
        refusal.Detail.ShouldBe("a.other.example");
    }

    [Fact]
    public void Needs_one_signature_check_once_the_intermediates_are_known()
    {
        ChainPolicy one = NoRevocation with { MaxSignatureChecks = 1 };
        byte[] leaf = _sub.Client();
        Reason(new ChainVerifier([_root.Anchor], [], one).Verify(leaf, [_sub.Der], RevocationSnapshot.Empty, Authority.Now))
            .ShouldBe(RefusalReason.SearchExhausted);
        new ChainVerifier([_root.Anchor], [_sub.Profile], one).Verify(leaf, [_sub.Der], RevocationSnapshot.Empty, Authority.Now)
            .ShouldBeOfType<ChainVerdict.Verified>();
    }

    [Fact]
    public void A_maze_of_cross_certificates_ends()
    {
        // Four names that all issue each other and never reach the anchor.
        Authority[] maze = [.. Enumerable.Range(0, 4).Select(static i => Authority.Root($"CN=Maze{i}"))];
        List<byte[]> presented = [];
        foreach (Authority issuer in maze)
        {
            foreach (Authority subject in maze.Where(a => a != issuer))
            {
                var request = new CertificateRequest(subject.Subject, subject.Key, HashAlgorithmName.SHA256);
                request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
                presented.Add(issuer.Sign(request));
            }
        }

        Reason(Verify(maze[0].Client(), presented)).ShouldBeOneOf(RefusalReason.SearchExhausted, RefusalReason.UnknownIssuer, RefusalReason.PathTooLong);
        foreach (Authority authority in maze)
        {
            authority.Dispose();
        }
    }

    [Fact]
    public void No_changed_octet_of_a_verified_certificate_verifies()
    {
        byte[] leaf = _sub.Client("CN=alice", Named("a.example"));
        var verifier = new ChainVerifier([_root.Anchor], [_sub.Profile], NoRevocation with { Profile = null });
        verifier.Verify(leaf, [], RevocationSnapshot.Empty, Authority.Now).ShouldBeOfType<ChainVerdict.Verified>();
        for (int i = 0; i < leaf.Length; i++)
        {
            byte[] changed = [.. leaf];
            changed[i] ^= (byte)(1 << (i % 8));
            verifier.Verify(changed, [], RevocationSnapshot.Empty, Authority.Now).ShouldBeOfType<ChainVerdict.Refused>($"octet {i}");
        }
    }

    [Fact]
    public void Is_never_more_lenient_than_the_platform()
    {
        using Authority closed = _root.Sub("CN=Closed", pathLength: 0);
        using Authority below = closed.Sub("CN=Below");
        using Authority rogue = Authority.Root();
        using Authority unusable = _root.Sub("CN=NoSign", null, new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign, critical: true));
        using Authority critical = _root.Sub("CN=Critical", null, Minted.Raw("1.2.3.4", static w => w.WriteNull(), critical: true));
        Authority[] issuers = [_root, _sub, closed, below, rogue, unusable, critical];
        byte[][] pool = [.. issuers.Skip(1).Select(static a => a.Der)];
        var verifier = new ChainVerifier([_root.Anchor], [], NoRevocation with { Profile = null });
        int accepted = 0;
        foreach (Authority issuer in issuers)
        {
            foreach (DateTimeOffset now in new[] { Authority.Now, Minted.NotBefore.AddDays(-1), Minted.NotAfter.AddDays(1) })
            {
                byte[] leaf = issuer.Client();
                bool ours = verifier.Verify(leaf, [.. pool.Select(static p => (ReadOnlyMemory<byte>)p)], RevocationSnapshot.Empty, now) is ChainVerdict.Verified;
                (!ours || PlatformAccepts(leaf, pool, now)).ShouldBeTrue($"{issuer.Subject.Name} at {now:u}");
                accepted += ours ? 1 : 0;
            }
        }

        accepted.ShouldBe(3, "root, intermediate and the closed one, today");
    }

    [Fact]
    public void Refuses_settings_out_of_range()
    {
        Should.Throw<ArgumentOutOfRangeException>(static () => new ChainPolicy { MaxIntermediates = 17 });
        Should.Throw<ArgumentOutOfRangeException>(static () => new ChainPolicy { MaxCertificates = 0 });
        Should.Throw<ArgumentOutOfRangeException>(static () => new ChainPolicy { MaxSignatureChecks = 0 });
        Should.Throw<ArgumentOutOfRangeException>(static () => new ChainPolicy { MaxCertificateBytes = 1 });
        Should.Throw<ArgumentException>(static () => TrustAnchor.Of(Authority.Read(Minted.SelfSigned(""))));
    }

    internal static X509Extension Named(params IEnumerable<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (string name in names)
        {
            builder.AddDnsName(name);
        }

        return builder.Build();
    }

    private static Refusal Refused(ChainVerdict verdict) => verdict.ShouldBeOfType<ChainVerdict.Refused>().Refusal;

    private static RefusalReason Reason(ChainVerdict verdict) => Refused(verdict).Reason;

    private ChainVerdict Verify(byte[] leaf, IEnumerable<byte[]> presented, DateTimeOffset? now = null) =>
        new ChainVerifier([_root.Anchor], [], NoRevocation)
            .Verify(leaf, [.. presented.Select(static p => (ReadOnlyMemory<byte>)p)], RevocationSnapshot.Empty, now ?? Authority.Now);

    private bool PlatformAccepts(byte[] leaf, byte[][] pool, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_root.Der));
        foreach (byte[] der in pool)
        {
            chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(der));
        }

        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(leaf);
        return chain.Build(certificate);
    }
}
