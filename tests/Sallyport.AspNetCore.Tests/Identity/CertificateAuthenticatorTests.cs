using System;
using System.Linq;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Identity;

public sealed class CertificateAuthenticatorTests : IDisposable
{
    private readonly IdentityLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void A_known_certificate_gives_name_roles_and_scopes()
    {
        Publish(Alice with { Roles = ["buyer"], Scopes = ["orders:read", "orders:write"] });
        CallerFact caller = Ask(_lab.Connect(_lab.Pki.Alice)).Caller.ShouldNotBeNull();
        caller.Identity.Name.ShouldBe("alice");
        caller.IsForwarded.ShouldBeFalse();
        (caller.TrustEpoch, caller.IdentityEpoch).ShouldBe((1, 1));
        var principal = new ClaimsPrincipal(caller.Claims);
        principal.Identity.ShouldNotBeNull().Name.ShouldBe("alice");
        principal.IsInRole("buyer").ShouldBeTrue();
        principal.FindFirst(ClaimTypes.NameIdentifier).ShouldNotBeNull().Value.ShouldBe("alice");
        principal.FindAll("scope").Select(claim => claim.Value).ShouldBe(["orders:read", "orders:write"]);
    }

    [Fact]
    public void A_request_that_did_not_come_through_the_gate_is_nobodys()
    {
        Publish(Alice);
        _lab.Authenticator.Authenticate(new FeatureCollection()).Refusal.ShouldNotBeNull().Reason.ShouldBe(AuditReasons.CertificateMissing);
    }

    [Fact]
    public void Nobody_is_known_before_trust_is_loaded()
    {
        Publish(Alice);
        var empty = new TrustHolder(_lab.Time);
        var authenticator = new CertificateAuthenticator(empty, new CertificateJudge(empty, _lab.Time), _lab.Directory, _lab.Time);
        authenticator.Authenticate(IdentityLab.Request(_lab.Connect(_lab.Pki.Alice))).Refusal.ShouldNotBeNull().Reason.ShouldBe(AuditReasons.CertificateRefused);
    }

    [Fact]
    public void Every_reason_has_its_code()
    {
        GuardedConnection connection = _lab.Connect(_lab.Pki.Alice);
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe(AuditReasons.IdentityStale);
        Publish();
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe(AuditReasons.IdentityUnmapped);
        Publish(Alice, Alice with { Name = "mallory" });
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe(AuditReasons.IdentityAmbiguous);
        Publish(Alice with { IsEnabled = false });
        CallerRefusal refusal = Ask(connection).Refusal.ShouldNotBeNull();
        (refusal.Reason, refusal.Identity, refusal.Certificate).ShouldBe((AuditReasons.IdentityInactive, "alice", _lab.Verify(_lab.Pki.Alice).Thumbprint));
    }

    [Fact]
    public void D9_What_is_kept_is_a_fact_and_a_change_of_the_store_counts_for_the_next_request()
    {
        Publish(Alice with { Roles = ["admin"] });
        GuardedConnection connection = _lab.Connect(_lab.Pki.Alice);
        CallerFact first = Ask(connection).Caller.ShouldNotBeNull();
        Ask(connection).Caller.ShouldBeSameAs(first);
        Publish(Alice);
        CallerFact second = Ask(connection).Caller.ShouldNotBeNull();
        second.Claims.FindAll(ClaimTypes.Role).ShouldBeEmpty();
        Publish(Alice with { IsEnabled = false });
        Ask(connection).Caller.ShouldBeNull();
        Publish(Alice);
        Ask(connection).Caller.ShouldNotBeNull();
    }

    [Fact]
    public void D9_A_failure_is_not_kept_either()
    {
        Publish();
        GuardedConnection connection = _lab.Connect(_lab.Pki.Alice);
        Ask(connection).Caller.ShouldBeNull();
        Publish(Alice);
        Ask(connection).Caller.ShouldNotBeNull();
    }

    [Fact]
    public void D9_A_revoked_certificate_loses_its_right_on_the_open_connection()
    {
        Publish(Alice);
        GuardedConnection connection = _lab.Connect(_lab.Pki.Alice);
        Ask(connection).Caller.ShouldNotBeNull();
        _lab.PublishTrust(_lab.Pki.Alice);
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe("certificate.refused:Revoked");
        _lab.PublishTrust();
        Ask(connection).Caller.ShouldNotBeNull().TrustEpoch.ShouldBe(3);
    }

    [Fact]
    public void D9_Dates_are_asked_on_every_request_of_certificate_identity_and_snapshot()
    {
        Publish(Alice with { NotAfter = _lab.Time.GetUtcNow().AddSeconds(5) });
        GuardedConnection connection = _lab.Connect(_lab.Pki.Alice);
        Ask(connection).Caller.ShouldNotBeNull();
        _lab.Time.Pass(TimeSpan.FromSeconds(6));
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe(AuditReasons.IdentityInactive);
        Publish(Alice);
        Ask(connection).Caller.ShouldNotBeNull();
        _lab.Time.Pass(TimeSpan.FromSeconds(11));
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe(AuditReasons.IdentityStale);
        Publish(Alice);
        _lab.Time.Pass(TimeSpan.FromDays(1));
        Publish(Alice);
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe("certificate.refused:Expired");
    }

    [Fact]
    public void D8_The_certificate_is_judged_by_the_trust_of_the_guard_alone()
    {
        Publish(Alice);
        GuardedConnection connection = _lab.Connect(_lab.Pki.Alice);
        TrustAnchor.TryRead(_lab.Pki.OtherClientCa.Authority.Certificate.Span, out TrustAnchor? other).ShouldBeTrue();
        _lab.Trust.Publish(new ChainVerifier([other.ShouldNotBeNull()], [], new ChainPolicy()), Certificates.Revocation.RevocationSnapshot.Empty);
        Ask(connection).Refusal.ShouldNotBeNull().Reason.ShouldBe("certificate.refused:UnknownIssuer");
    }

    [Fact]
    public void A_forwarded_certificate_stands_for_its_own_identity_and_leaves_the_connection_alone()
    {
        Publish(Alice, Bob);
        GuardedConnection connection = _lab.Connect(_lab.Pki.Bob);
        FeatureCollection request = IdentityLab.Request(connection);
        request.Set<IForwardedCertificateFeature>(new Forwarded(_lab.Verify(_lab.Pki.Alice), 1));
        CallerFact caller = _lab.Authenticator.Authenticate(request).Caller.ShouldNotBeNull();
        (caller.Identity.Name, caller.IsForwarded, caller.TrustEpoch).ShouldBe(("alice", true, 1));
        connection.Caller.ShouldBeNull();
        Ask(connection).Caller.ShouldNotBeNull().Identity.Name.ShouldBe("bob");
        _lab.Authenticator.Authenticate(request).Caller.ShouldNotBeNull().Identity.Name.ShouldBe("alice");
        Ask(connection).Caller.ShouldNotBeNull().Identity.Name.ShouldBe("bob");
    }

    [Fact]
    public void A_forwarded_certificate_counts_only_while_the_proxys_own_does_and_within_its_dates()
    {
        Publish(Alice, Bob);
        FeatureCollection request = IdentityLab.Request(_lab.Connect(_lab.Pki.Bob));
        request.Set<IForwardedCertificateFeature>(new Forwarded(_lab.Verify(_lab.Pki.Alice), 1));
        _lab.PublishTrust(_lab.Pki.Bob);
        _lab.Authenticator.Authenticate(request).Refusal.ShouldNotBeNull().Reason.ShouldBe("certificate.refused:Revoked");
        _lab.PublishTrust();
        LabIdentity brief = _lab.Pki.Client("alice", spec => spec with { NotAfter = _lab.Time.GetUtcNow().AddSeconds(5) });
        Publish(Alice with { Matches = [IdentityLab.Sha256(brief)] }, Bob);
        request.Set<IForwardedCertificateFeature>(new Forwarded(_lab.Verify(brief), 3));
        _lab.Authenticator.Authenticate(request).Caller.ShouldNotBeNull();
        _lab.Time.Pass(TimeSpan.FromSeconds(6));
        _lab.Authenticator.Authenticate(request).Refusal.ShouldNotBeNull().Reason.ShouldBe("certificate.refused:Expired");
    }

    [Fact]
    public void Nobody_can_write_into_what_the_requests_of_a_connection_share()
    {
        Publish(Alice);
        CallerClaims claims = Ask(_lab.Connect(_lab.Pki.Alice)).Caller.ShouldNotBeNull().Claims;
        var admin = new Claim(ClaimTypes.Role, "admin");
        Should.Throw<InvalidOperationException>(() => claims.AddClaim(admin));
        Should.Throw<InvalidOperationException>(() => claims.AddClaims([admin]));
        Should.Throw<InvalidOperationException>(() => claims.RemoveClaim(claims.Claims.First()));
        Should.Throw<InvalidOperationException>(() => claims.TryRemoveClaim(claims.Claims.First()));
        ClaimsIdentity copy = claims.Clone();
        copy.AddClaim(admin);
        claims.HasClaim(ClaimTypes.Role, "admin").ShouldBeFalse();
    }

    [Fact]
    public void A_request_costs_no_memory_when_nothing_has_changed()
    {
        Publish(Alice);
        FeatureCollection request = IdentityLab.Request(_lab.Connect(_lab.Pki.Alice));
        for (int i = 0; i < 100; i++)
        {
            _lab.Authenticator.Authenticate(request);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            _lab.Authenticator.Authenticate(request);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private CertificateIdentity Alice => IdentityLab.Named("alice", IdentityLab.Sha256(_lab.Pki.Alice));

    private CertificateIdentity Bob => IdentityLab.Named("bob", IdentityLab.Sha256(_lab.Pki.Bob));

    private void Publish(params System.Collections.Immutable.ImmutableArray<CertificateIdentity> identities) =>
        _lab.Publish((_lab.Directory.StoreEpoch ?? 0) + 1, identities);

    private CallerAnswer Ask(GuardedConnection connection) => _lab.Authenticator.Authenticate(IdentityLab.Request(connection));

    private sealed record Forwarded(VerifiedClientCertificate Certificate, long Epoch) : IForwardedCertificateFeature;
}
