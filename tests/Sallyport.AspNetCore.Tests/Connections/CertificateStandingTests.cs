using System;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Connections;

public sealed class CertificateStandingTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly TrustHolder _trust = new(TimeProvider.System);
    private readonly CertificateJudge _judge;

    public CertificateStandingTests()
    {
        _judge = new CertificateJudge(_trust, TimeProvider.System);
        Publish();
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public void Dispose() => _pki.Dispose();

    [Fact]
    public void X7_d9_Stands_by_an_epoch_and_is_judged_again_by_the_next()
    {
        var alice = Standing(_pki.Alice);
        alice.Recheck(_judge, 1, Now).ShouldBeNull();
        Publish(_pki.Alice);
        alice.Recheck(_judge, 2, Now).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        alice.Recheck(_judge, 2, Now).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Revoked);
        Publish();
        alice.Recheck(_judge, 3, Now).ShouldBeNull();
    }

    [Fact]
    public void Ends_with_the_certificate_whatever_the_epoch() =>
        Standing(_pki.Alice).Recheck(_judge, 1, Now.AddDays(3)).ShouldNotBeNull().Reason.ShouldBe(RefusalReason.Expired);

    [Fact]
    public void Follows_another_of_the_same_certificate_only_when_that_is_good()
    {
        var first = Standing(_pki.Alice);
        var second = Standing(_pki.Alice);
        Publish();
        first.Recheck(_judge, 2, Now).ShouldBeNull();
        second.Follow(first);
        second.Epoch.ShouldBe(2);
        Publish(_pki.Alice);
        first.Recheck(_judge, 3, Now).ShouldNotBeNull();
        second.Follow(first);
        second.Epoch.ShouldBe(2);
        second.Recheck(_judge, 3, Now).ShouldNotBeNull();
    }

    [Fact]
    public void Follows_nobody_else_and_nothing_older()
    {
        var alice = Standing(_pki.Alice);
        var bob = Standing(_pki.Bob);
        var old = Standing(_pki.Alice);
        Publish();
        bob.Recheck(_judge, 2, Now).ShouldBeNull();
        alice.Follow(bob);
        alice.Epoch.ShouldBe(1);
        alice.Recheck(_judge, 2, Now).ShouldBeNull();
        alice.Follow(old);
        alice.Epoch.ShouldBe(2);
        alice.Certificate.Thumbprint.ShouldBe(CertificateThumbprint.Of(_pki.Alice.Certificate));
    }

    private void Publish(params LabIdentity[] denied) => _trust.Publish(
        GuardedHost.Verifier(_pki.ClientCa),
        RevocationSnapshot.Of(0, [], [], Array.ConvertAll(denied, static identity => CertificateThumbprint.Of(identity.Certificate)), []));

    private CertificateStanding Standing(LabIdentity identity)
    {
        var judgement = _judge.Judge(identity.Forged.Leaf.Span, []);
        return new CertificateStanding(judgement.Verdict.ShouldBeOfType<ChainVerdict.Verified>().Certificate, [], judgement.Epoch);
    }
}
