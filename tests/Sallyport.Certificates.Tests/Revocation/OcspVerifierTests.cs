using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Revocation;

public sealed class OcspVerifierTests : IDisposable
{
    private static readonly X509Extension OcspSigning = new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.9")], critical: false);
    private static readonly X509Extension NoCheck = new("1.3.6.1.5.5.7.48.1.5", [5, 0], critical: false);

    private readonly Authority _root = Authority.Root();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly CertificateProfile _alice;
    private readonly CertificateProfile _issuer;

    public OcspVerifierTests()
    {
        _issuer = _root.Profile;
        _alice = Authority.Read(_root.Client());
    }

    private Responder ByIssuer => new() { Certificate = _root.Der, Key = _root.Key, Issuer = _issuer };

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
    }

    [Theory]
    [InlineData("good", OcspStatus.Good)]
    [InlineData("revoked", OcspStatus.Revoked)]
    [InlineData("unknown", OcspStatus.Unknown)]
    public void Believes_the_issuer_itself(string status, OcspStatus expected)
    {
        OcspAnswer answer = Answer(ByIssuer with { Status = status });
        answer.Status.ShouldBe(expected);
        answer.SerialNumber.ShouldBe(_alice.SerialNumber);
        answer.Reason.ShouldBe(expected == OcspStatus.Revoked ? RevocationReason.KeyCompromise : null);
        answer.NextUpdate.ShouldBe(Authority.Now.AddHours(1));
    }

    [Fact]
    public void Finds_the_responder_by_key_and_without_certificates() =>
        Answer(ByIssuer with { ByKey = true, SendsCertificate = false, HashesWithSha256 = true }).Status.ShouldBe(OcspStatus.Good);

    [Fact]
    public void Believes_a_delegate_that_need_not_be_checked() => Answer(Delegate(OcspSigning, NoCheck)).Status.ShouldBe(OcspStatus.Good);

    [Fact]
    public void A_delegate_to_be_checked_needs_a_list_that_says_so()
    {
        Responder responder = Delegate(OcspSigning);
        Refusal(responder).ShouldBe(OcspRefusal.ResponderMayBeRevoked);
        Verify(responder, lists: Lists(_root.List())).ShouldBeOfType<OcspVerdict.Answered>();
        Refusal(responder, lists: Lists(_root.List(responder.Certificate))).ShouldBe(OcspRefusal.ResponderMayBeRevoked);
        Verify(responder, new OcspRules { AllowUncheckedDelegate = true }).ShouldBeOfType<OcspVerdict.Answered>();
    }

    [Fact]
    public void A_client_of_the_same_issuer_is_no_responder()
    {
        Refusal(Delegate(NoCheck)).ShouldBe(OcspRefusal.ResponderNotAuthorized);
        Refusal(Delegate(new X509EnhancedKeyUsageExtension([new Oid("2.5.29.37.0")], critical: false), NoCheck)).ShouldBe(OcspRefusal.ResponderNotAuthorized);
        Refusal(Delegate(OcspSigning, NoCheck, new X509KeyUsageExtension(X509KeyUsageFlags.KeyAgreement, critical: true))).ShouldBe(OcspRefusal.ResponderNotAuthorized);
    }

    [Fact]
    public void A_delegate_of_another_authority_is_no_responder_unless_the_operator_says_so()
    {
        using Authority other = Authority.Root("CN=Other");
        CertificateRequest request = ResponderRequest(OcspSigning, NoCheck);
        byte[] certificate = other.Sign(request);
        var responder = new Responder { Certificate = certificate, Key = _key, Issuer = _issuer };
        Refusal(responder).ShouldBe(OcspRefusal.ResponderNotAuthorized);
        Verify(responder, new OcspRules { TrustedResponders = [Authority.Read(certificate)] }).ShouldBeOfType<OcspVerdict.Answered>();
    }

    [Fact]
    public void A_delegate_must_be_in_its_dates()
    {
        byte[] certificate = _root.Sign(ResponderRequest(OcspSigning, NoCheck), Minted.NotBefore, Authority.Now.AddSeconds(-1), [9]);
        Refusal(new Responder { Certificate = certificate, Key = _key, Issuer = _issuer }).ShouldBe(OcspRefusal.ResponderNotAuthorized);
    }

    [Fact]
    public void Nobody_else_may_sign()
    {
        Refusal(ByIssuer with { Key = _key }).ShouldBe(OcspRefusal.BadSignature);
        Refusal(Delegate(OcspSigning, NoCheck) with { SendsCertificate = false }).ShouldBe(OcspRefusal.UnknownResponder);
        using Authority rogue = Authority.Root();
        Refusal(new Responder { Certificate = rogue.Der, Key = rogue.Key, Issuer = _issuer }).ShouldBe(OcspRefusal.ResponderNotAuthorized);
    }

    [Fact]
    public void The_nonce_must_come_back()
    {
        var rules = new OcspRules { Nonce = Octets.Of([1, 2, 3, 4]) };
        Verify(ByIssuer with { Nonce = [1, 2, 3, 4] }, rules).ShouldBeOfType<OcspVerdict.Answered>();
        Refusal(ByIssuer with { Nonce = [1, 2, 3, 5] }, rules).ShouldBe(OcspRefusal.NonceMismatch);
        Refusal(ByIssuer, rules).ShouldBe(OcspRefusal.NonceMissing);
        Verify(ByIssuer, rules with { AllowMissingNonce = true }).ShouldBeOfType<OcspVerdict.Answered>();
        Refusal(ByIssuer with { Nonce = [9] }, rules with { AllowMissingNonce = true }).ShouldBe(OcspRefusal.NonceMismatch);
    }

    [Fact]
    public void Times_are_checked()
    {
        Refusal(ByIssuer with { NextUpdate = Authority.Now.AddSeconds(-1) }).ShouldBe(OcspRefusal.Expired);
        Refusal(ByIssuer with { ThisUpdate = Authority.Now.AddMinutes(2) }).ShouldBe(OcspRefusal.NotYetValid);
        Answer(ByIssuer with { ThisUpdate = Authority.Now.AddSeconds(30) }).ThisUpdate.ShouldBe(Authority.Now);
        Refusal(ByIssuer with { NextUpdate = null }).ShouldBe(OcspRefusal.Expired);
        Answer(ByIssuer with { NextUpdate = null, ThisUpdate = Authority.Now.AddMinutes(-1) }).NextUpdate.ShouldBe(Authority.Now.AddMinutes(4));
    }

    [Fact]
    public void The_answer_must_be_about_this_certificate_of_this_issuer()
    {
        CertificateProfile bob = Authority.Read(_root.Client());
        Verdict(ByIssuer.Answer(bob)).ShouldBe(new OcspVerdict.Refused(OcspRefusal.NotAboutCertificate, ""));
        using Authority other = Authority.Root("CN=Other");
        Refusal(ByIssuer with { Issuer = other.Profile }).ShouldBe(OcspRefusal.NotAboutCertificate);
    }

    [Fact]
    public void Refuses_errors_critical_extensions_and_nonsense()
    {
        Verdict([0x30, 3, 0x0a, 1, 3]).ShouldBe(new OcspVerdict.Refused(OcspRefusal.ResponderError, "tryLater"));
        Refusal(ByIssuer with { CriticalExtension = "1.2.3.4" }).ShouldBe(OcspRefusal.UnknownCriticalExtension);
        Verdict([]).ShouldBe(new OcspVerdict.Refused(OcspRefusal.Malformed, ""));
        Verdict(new byte[OcspVerifier.MaxBytes + 1]).ShouldBe(new OcspVerdict.Refused(OcspRefusal.TooLarge, ""));
    }

    [Fact]
    public void No_mutated_response_is_believed()
    {
        var random = new Random(5);
        byte[] original = (Delegate(OcspSigning, NoCheck) with { Nonce = [1, 2, 3] }).Answer(_alice);
        Verdict(original).ShouldBeOfType<OcspVerdict.Answered>();
        for (int round = 0; round < 3_000; round++)
        {
            byte[] der = ReaderFuzzTests.Mutate(original, random);
            if (!der.AsSpan().SequenceEqual(original) && Verdict(der) is OcspVerdict.Answered { Answer: var answer })
            {
                // Only the outer frame is unsigned: what is said must still be what was signed.
                answer.Status.ShouldBe(OcspStatus.Good);
                answer.SerialNumber.ShouldBe(_alice.SerialNumber);
            }
        }
    }

    [Fact]
    public void A_snapshot_of_answers_decides_like_lists_do()
    {
        OcspAnswer good = Answer(ByIssuer);
        OcspAnswer revoked = Answer(ByIssuer with { Status = "revoked" });
        OcspAnswer unknown = Answer(ByIssuer with { Status = "unknown" });
        Chain([good], []).ShouldBeNull();
        Chain([revoked], []).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Chain([unknown], []).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.AnsweredUnknown);
        Chain([good], [], Authority.Now.AddHours(2)).ShouldNotBeNull().Gap.ShouldBe(RevocationGap.NotCurrent);
        Chain([revoked], [], Authority.Now.AddHours(2), RevocationMode.WhenKnown).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Chain([unknown], [], mode: RevocationMode.WhenKnown).ShouldBeNull();
        Chain([good], [_root.List(_alice.Der.Span.ToArray())]).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Chain([revoked], [_root.List()]).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
    }

    private Refusal? Chain(OcspAnswer[] answers, CertificateRevocationList[] lists, DateTimeOffset? now = null, RevocationMode mode = RevocationMode.Required)
    {
        var snapshot = RevocationSnapshot.Of(1, lists, answers, [], []);
        var policy = new ChainPolicy { Revocation = new RevocationPolicy { Mode = mode } };
        return new ChainVerifier([_root.Anchor], [], policy).Verify(_alice.Der.Span, [], snapshot, now ?? Authority.Now) is ChainVerdict.Refused refused
            ? refused.Refusal
            : null;
    }

    private Responder Delegate(params IEnumerable<X509Extension> extensions) =>
        new() { Certificate = _root.Sign(ResponderRequest(extensions)), Key = _key, Issuer = _issuer };

    private CertificateRequest ResponderRequest(params IEnumerable<X509Extension> extensions)
    {
        var request = new CertificateRequest("CN=Responder", _key, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        return request;
    }

    private static RevocationSnapshot Lists(params IEnumerable<CertificateRevocationList> lists) => RevocationSnapshot.Of(1, lists, [], [], []);

    private OcspAnswer Answer(Responder responder) => Verify(responder).ShouldBeOfType<OcspVerdict.Answered>().Answer;

    private OcspRefusal Refusal(Responder responder, OcspRules? rules = null, RevocationSnapshot? lists = null) =>
        Verify(responder, rules, lists).ShouldBeOfType<OcspVerdict.Refused>().Reason;

    private OcspVerdict Verify(Responder responder, OcspRules? rules = null, RevocationSnapshot? lists = null) =>
        Verdict(responder.Answer(_alice), rules, lists);

    private OcspVerdict Verdict(byte[] response, OcspRules? rules = null, RevocationSnapshot? lists = null) =>
        OcspVerifier.Verify(response, _alice, _issuer, rules ?? new OcspRules(), lists ?? RevocationSnapshot.Empty, Authority.Now);
}
