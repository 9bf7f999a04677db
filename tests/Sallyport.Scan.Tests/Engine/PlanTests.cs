using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Engine;

public sealed class PlanTests
{
    [Fact]
    public void Orders_by_the_worst_severity_of_rule_and_variants_and_then_by_id()
    {
        Check[] checks =
        [
            Check("TLS-024", null),
            Check("TLS-002", Severity.Low),
            FakeCheck.Of(FakeCheck.Rule("TLS-003", Severity.Low, variants: [new("null", "NULL", Severity.Critical)]), CheckResult.Passed()),
            Check("MTLS-102", Severity.Critical),
            Check("MTLS-104", Severity.High),
            Check("MTLS-101", Severity.Critical),
        ];

        Ids(Plan.For([.. checks], FakeSession.Request(), FakeSession.Surveyed)).ShouldBe(["MTLS-101", "MTLS-102", "TLS-003", "MTLS-104", "TLS-002", "TLS-024"]);
        Ids(Plan.For([.. checks.Reverse()], FakeSession.Request(), FakeSession.Surveyed)).ShouldBe(["MTLS-101", "MTLS-102", "TLS-003", "MTLS-104", "TLS-002", "TLS-024"]);
    }

    [Fact]
    public void Selects_by_id_by_variant_and_by_category_in_any_case()
    {
        Check[] checks =
        [
            Check("MTLS-101", Severity.High),
            FakeCheck.Of(FakeCheck.Rule("TLS-003", category: Category.Encryption, variants: [new("rc4", "RC4", Severity.High)]), CheckResult.Passed()),
            FakeCheck.Of(FakeCheck.Rule("TLS-001", category: Category.Encryption), CheckResult.Passed()),
        ];

        Selected(checks, only: "mtls-101").ShouldBe(["MTLS-101"]);
        Selected(checks, only: "TLS-003/RC4").ShouldBe(["TLS-003"]);
        Selected(checks, only: "Encryption").ShouldBe(["TLS-001", "TLS-003"]);
        Selected(checks, only: "encryption", skip: "TLS-001").ShouldBe(["TLS-003"]);
        Selected(checks, skip: "mutual-tls").ShouldBe(["TLS-001", "TLS-003"]);
        Selected(checks, skip: "TLS-003/rc4").ShouldBe(["MTLS-101", "TLS-001", "TLS-003"]);
    }

    [Fact]
    public void Names_the_selectors_that_match_nothing()
    {
        CheckInfo rule = FakeCheck.Rule("TLS-003", category: Category.Encryption, variants: [new("rc4", "RC4", Severity.High)]);

        new CheckSelection(["TLS-003", "tls-003/RC4", "TLS-003/rc5", "encryption"], ["TLS-999", "all"]).Unknown([rule]).ShouldBe(["TLS-003/rc5", "TLS-999", "all"]);
    }

    [Fact]
    public void A_skipped_variant_does_not_count_and_a_probe_of_the_whole_rule_does()
    {
        CheckInfo rule = FakeCheck.Rule("TLS-003", variants: [new("rc4", "RC4", Severity.High), new("null", "NULL", Severity.Critical)]);

        new CheckSelection([], ["TLS-003/rc4"]).Counts(rule, "rc4").ShouldBeFalse();
        new CheckSelection([], ["TLS-003/rc4"]).Counts(rule, "null").ShouldBeTrue();
        new CheckSelection(["TLS-003/rc4"], []).Counts(rule, "null").ShouldBeFalse();
        new CheckSelection(["TLS-003/rc4"], []).Counts(rule, null).ShouldBeTrue();
    }

    [Fact]
    public void Nothing_runs_when_the_survey_failed()
    {
        Outcome? blocked = Blocked(FakeSession.Surveyed with { Failure = "nothing listens there" });

        blocked.ShouldBeOfType<Outcome.NotTested>().Reason.ShouldContain("nothing listens there");
    }

    [Fact]
    public void Every_need_has_an_answer_for_an_empty_request_that_says_what_to_supply_or_why_it_is_absent()
    {
        Survey bare = new() { Address = new(IPAddress.Parse("192.0.2.1"), 443), Tls12 = false, Tls13 = false };
        foreach (Need need in Enum.GetValues<Need>())
        {
            Outcome? blocked = Blocked(bare, need);

            blocked.ShouldNotBeNull(need.ToString());
            if (blocked is Outcome.NotTested open && need is not (Need.CertificateRequested or Need.Tls))
            {
                open.Needs.ShouldNotBeEmpty(need.ToString());
            }
        }
    }

    [Fact]
    public void Every_need_is_met_by_a_request_that_has_everything()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Identity carol = new() { Name = "carol", Chain = [[1, 2, 3]], Key = key, State = IdentityState.Revoked };
        ScanRequest full = FakeSession.Request(one => one with
        {
            Identities =
            [
                carol,
                new() { Name = "dan", Token = new("a token") },
                new() { Name = "erin", Token = new("a token"), Disposable = true },
                new() { Name = "root", Token = new("a token"), Role = "admin" },
            ],
            Issuer = new(new("a key"), "HS256"),
            ClientAuthority = new() { Certificate = [1], Key = key },
            Origins = [one.Target],
            ServerRoots = [[1]],
            Hooks = new() { Revoke = ["./revoke"] },
            AllowHooks = true,
            Operations = [new() { Method = "GET", PathTemplate = "/" }],
        });
        Survey survey = FakeSession.Surveyed with { OtherNames = ["b.test"], ServerChain = [[1, 2, 3]], Caller = FakeSession.Alice with { Token = new("a token") } };
        foreach (Need need in Enum.GetValues<Need>())
        {
            Blocked(survey, need, full).ShouldBeNull(need.ToString());
        }
    }

    [Fact]
    public void A_missing_input_is_never_not_applicable()
    {
        Need[] inputs = [Need.Identity, Need.SecondIdentity, Need.ClientCaKey, Need.SecondName, Need.Origins, Need.RevokeHook, Need.RevokedIdentity, Need.ServerCa, Need.ServerKey, Need.Operations];
        Survey survey = FakeSession.Surveyed with { A = null, B = null, OtherNames = [] };

        inputs.ShouldAllBe(need => Blocked(survey, need, null) is Outcome.NotTested);
    }

    [Fact]
    public void A_version_is_absent_only_when_the_survey_saw_that()
    {
        Blocked(FakeSession.Surveyed with { Tls12 = false }, Need.Tls12).ShouldBeOfType<Outcome.NotApplicable>();
        Blocked(FakeSession.Surveyed with { Tls12 = null }, Need.Tls12).ShouldBeOfType<Outcome.NotTested>();
    }

    [Fact]
    public void No_certificate_request_is_absent_only_when_every_version_and_an_operation_were_looked_at()
    {
        Survey none = FakeSession.Surveyed with { Requested12 = false, Requested13 = false };

        Blocked(none, Need.CertificateRequested).ShouldBeOfType<Outcome.NotApplicable>();
        Blocked(none with { RequestedLater = true }, Need.CertificateRequested).ShouldBeNull();
        Blocked(none with { ProtectedOperation = null }, Need.CertificateRequested).ShouldBeOfType<Outcome.NotTested>();
        Blocked(none with { Requested13 = null }, Need.CertificateRequested).ShouldBeOfType<Outcome.NotTested>();
        Blocked(none with { Requested13 = null, Tls13 = false }, Need.CertificateRequested).ShouldBeOfType<Outcome.NotApplicable>();
        Blocked(none with { Requested12 = null, Requested13 = null, Tls12 = false, Tls13 = false }, Need.CertificateRequested).ShouldBeOfType<Outcome.NotTested>();
    }

    [Fact]
    public void The_certificate_matrix_runs_where_certificates_are_required_or_optional()
    {
        Blocked(FakeSession.Surveyed with { Authentication = new AuthVerdict.Optional() }, Need.CertificateMatters).ShouldBeNull();
        Blocked(FakeSession.Surveyed with { Authentication = new AuthVerdict.Enforced(EnforcementPoint.Http) }, Need.CertificateMatters).ShouldBeNull();
        Blocked(FakeSession.Surveyed with { Authentication = new AuthVerdict.NotRequested() }, Need.CertificateMatters).ShouldBeOfType<Outcome.NotApplicable>();
        Blocked(FakeSession.Surveyed with { Authentication = new AuthVerdict.Unknown("no one was let in") }, Need.CertificateMatters)
            .ShouldBeOfType<Outcome.NotTested>().Reason.ShouldContain("no one was let in");
    }

    [Fact]
    public void A_check_above_the_mode_is_told_with_everything_else_it_needs()
    {
        Check check = FakeCheck.Of(FakeCheck.Rule("MTLS-110", needs: [Need.ClientCaKey, Need.Origins], mode: ScanMode.Intrusive), CheckResult.Passed());

        Outcome.NotTested open = Plan.For([check], FakeSession.Request(), FakeSession.Surveyed).Single().Blocked.ShouldBeOfType<Outcome.NotTested>();

        open.Needs.ShouldBe(["--client-ca FILE --client-ca-key FILE (clientCa.cert and .key)", "--origin URL (origins)", "--mode intrusive"]);
    }

    [Fact]
    public void A_shape_that_is_absent_wins_over_an_input_that_is_missing()
    {
        Check check = FakeCheck.Of(FakeCheck.Rule("MTLS-110", needs: [Need.ClientCaKey, Need.Tls12]), CheckResult.Passed());

        Plan.For([check], FakeSession.Request(), FakeSession.Surveyed with { Tls12 = false }).Single().Blocked.ShouldBeOfType<Outcome.NotApplicable>();
    }

    [Fact]
    public void What_is_undecided_for_want_of_an_identity_is_said_once()
    {
        Check check = FakeCheck.Of(FakeCheck.Rule("MTLS-101", needs: [Need.Identity, Need.CertificateMatters]), CheckResult.Passed());
        Survey survey = FakeSession.Surveyed with { BaselineSucceeded = false, BaselineFailure = "HTTP 404", Authentication = new AuthVerdict.Unknown("HTTP 404") };

        Plan.For([check], FakeSession.Request(), survey).Single().Blocked.ShouldBeOfType<Outcome.NotTested>()
            .Reason.ShouldBe("the control request of alice did not succeed: HTTP 404");
        Plan.For([check], FakeSession.Request(), FakeSession.Surveyed with { Authentication = new AuthVerdict.Unknown("HTTP 200, but not what alice gets") }).Single().Blocked
            .ShouldBeOfType<Outcome.NotTested>().Needs.Single().ShouldContain("does not depend on the certificate");
    }

    [Fact]
    public void An_identity_whose_control_failed_says_why()
    {
        Survey survey = FakeSession.Surveyed with { BaselineSucceeded = false, BaselineFailure = "HTTP 404" };

        Blocked(survey, Need.Identity).ShouldBeOfType<Outcome.NotTested>().Reason.ShouldBe("the control request of alice did not succeed: HTTP 404");
    }

    private static Outcome? Blocked(Survey survey, Need? need = null, ScanRequest? request = null)
    {
        Check check = FakeCheck.Of(FakeCheck.Rule("MTLS-110", needs: need is { } one ? [one] : []), CheckResult.Passed());
        return Plan.For([check], request ?? FakeSession.Request(), survey).Single().Blocked;
    }

    private static Check Check(string id, Severity? severity) => FakeCheck.Of(FakeCheck.Rule(id, severity), CheckResult.Passed());

    private static IEnumerable<string> Selected(Check[] checks, string? only = null, string? skip = null) =>
        Ids(Plan.For([.. checks], FakeSession.Request(one => one with { Only = only is null ? [] : [only], Skip = skip is null ? [] : [skip] }), FakeSession.Surveyed)).Order();

    private static IEnumerable<string> Ids(IEnumerable<PlannedCheck> plan) => plan.Select(static one => one.Check.Info.Id);
}
