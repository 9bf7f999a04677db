using System;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Chain;

/// <summary>What is remembered of an earlier verification is that a key made a signature, and nothing else.</summary>
public sealed class VerifyAgainTests : IDisposable
{
    private static readonly ChainPolicy NoRevocation = new() { Revocation = new RevocationPolicy { Mode = RevocationMode.Off } };
    private static readonly ChainPolicy OneCheck = NoRevocation with { MaxSignatureChecks = 1 };

    private readonly Authority _root = Authority.Root();
    private readonly Authority _sub;
    private readonly byte[] _leaf;
    private readonly VerifiedClientCertificate _proof;

    public VerifyAgainTests()
    {
        _sub = _root.Sub();
        _leaf = _sub.Client();
        _proof = Of(_root.Anchor).Verify(_leaf, [_sub.Der], RevocationSnapshot.Empty, Authority.Now).ShouldBeOfType<ChainVerdict.Verified>().Certificate;
    }

    public void Dispose()
    {
        _root.Dispose();
        _sub.Dispose();
    }

    [Fact]
    public void It_costs_no_signature_check_while_the_path_stays_the_same()
    {
        // Leaf and intermediate need two, and one is all that this verifier may spend.
        ChainVerifier poor = new([_root.Anchor], [], OneCheck);
        poor.Verify(_leaf, [_sub.Der], RevocationSnapshot.Empty, Authority.Now).ShouldBeOfType<ChainVerdict.Refused>();
        VerifiedClientCertificate again = Again(poor).ShouldBeOfType<ChainVerdict.Verified>().Certificate;
        (again.Thumbprint, again.ValidUntil, again.VerifiedAt).ShouldBe((_proof.Thumbprint, _proof.ValidUntil, Authority.Now));
    }

    [Fact]
    public void Dates_revocation_and_anchors_are_judged_anew()
    {
        ChainVerifier same = Of(_root.Anchor);
        Reason(same.VerifyAgain(_proof, [_sub.Der], RevocationSnapshot.Empty, Minted.NotAfter.AddSeconds(1))).ShouldBe(RefusalReason.Expired);
        Reason(same.VerifyAgain(_proof, [_sub.Der], RevocationSnapshot.Of(1, [], [], [_proof.Thumbprint], []), Authority.Now)).ShouldBe(RefusalReason.Revoked);
        Reason(new ChainVerifier([_root.Anchor], [], new ChainPolicy()).VerifyAgain(_proof, [_sub.Der], RevocationSnapshot.Empty, Authority.Now))
            .ShouldBe(RefusalReason.RevocationUnknown);
        Reason(Again(Of())).ShouldBe(RefusalReason.UnknownIssuer);
    }

    [Fact]
    public void Rules_that_became_stricter_are_held()
    {
        var policy = NoRevocation with { Profile = new StrictProfile { RequiredPurpose = "1.3.6.1.5.5.7.3.1" } };
        Reason(new ChainVerifier([_root.Anchor], [], policy).VerifyAgain(_proof, [_sub.Der], RevocationSnapshot.Empty, Authority.Now))
            .ShouldBe(Reason(new ChainVerifier([_root.Anchor], [], policy).Verify(_leaf, [_sub.Der], RevocationSnapshot.Empty, Authority.Now)));
    }

    [Fact]
    public void Another_key_of_the_same_name_has_made_nothing()
    {
        using Authority twin = Authority.Root();
        Reason(Again(Of(twin.Anchor))).ShouldBe(RefusalReason.BadSignature);
    }

    [Fact]
    public void An_intermediate_that_does_not_come_again_is_missed() =>
        Reason(Of(_root.Anchor).VerifyAgain(_proof, [], RevocationSnapshot.Empty, Authority.Now)).ShouldBe(RefusalReason.UnknownIssuer);

    [Fact]
    public void Too_much_is_refused_before_any_work() =>
        Reason(Of(_root.Anchor).VerifyAgain(_proof, [new byte[16_385]], RevocationSnapshot.Empty, Authority.Now)).ShouldBe(RefusalReason.CertificateTooLarge);

    private static ChainVerifier Of(params TrustAnchor[] anchors) => new(anchors, [], NoRevocation);

    private static RefusalReason Reason(ChainVerdict verdict) => verdict.ShouldBeOfType<ChainVerdict.Refused>().Refusal.Reason;

    private ChainVerdict Again(ChainVerifier verifier) => verifier.VerifyAgain(_proof, [_sub.Der], RevocationSnapshot.Empty, Authority.Now);
}
