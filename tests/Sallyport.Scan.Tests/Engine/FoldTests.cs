using System.Collections.Immutable;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Tests.Engine;

public sealed class FoldTests
{
    private static readonly Arbitrary<Severity> s_severities = Gen.Elements(System.Enum.GetValues<Severity>()).ToArbitrary();

    private static readonly Arbitrary<Finding[]> s_ofOperations = Gen.ArrayOf(
        from id in Gen.Elements("MTLS-301", "SPEC-001", "AUTH-001")
        from operation in Gen.Elements("GET /a", "GET /b", "GET /c")
        from severity in Gen.Elements(System.Enum.GetValues<Severity>())
        from confidence in Gen.Elements(Confidence.Suspect, Confidence.Firm)
        select Of(id, severity, operation, confidence: confidence)).ToArbitrary();

    [Theory]
    [InlineData("MTLS-101", "BIND-004")]
    [InlineData("MTLS-126", "BIND-004")]
    [InlineData("AUTHZ-001", "MTLS-121")]
    [InlineData("MTLS-002", "MTLS-301")]
    [InlineData("MTLS-301", "SPEC-001")]
    [InlineData("SPEC-001", "AUTH-001")]
    [InlineData("MTLS-002", "AUTH-001")]
    [InlineData("MTLS-002", "MTLS-003")]
    public void The_more_specific_rule_stays_and_names_the_other(string specific, string general)
    {
        foreach (Finding[] findings in new Finding[][] { [Of(specific), Of(general)], [Of(general), Of(specific)] })
        {
            Finding kept = Fold.Apply(findings).Single();

            kept.Id.ShouldBe(specific);
            kept.AlsoMatches.ShouldBe([general]);
        }
    }

    [Fact]
    public void A_chain_of_rules_becomes_one_finding() =>
        Fold.Apply([Of("AUTH-001"), Of("MTLS-301"), Of("SPEC-001"), Of("MTLS-002")]).Single().AlsoMatches.ShouldBe(["AUTH-001", "MTLS-301", "SPEC-001"]);

    [Fact]
    public void Another_operation_identity_or_cause_is_another_finding()
    {
        Finding[] findings =
        [
            Of("MTLS-002"),
            Of("MTLS-301", operation: "GET /b"),
            Of("SPEC-001", identity: "bob"),
            Of("AUTH-001", cause: "other"),
            Of("MTLS-003", cause: null),
        ];

        Fold.Apply(findings).Length.ShouldBe(5);
    }

    [Fact]
    public void A_finding_about_the_whole_server_covers_each_operation_and_not_the_other_way_round()
    {
        Fold.Apply([Of("MTLS-002", operation: null), Of("MTLS-301"), Of("MTLS-301", operation: "GET /b")]).Single().AlsoMatches.ShouldBe(["MTLS-301"]);
        Fold.Apply([Of("MTLS-002"), Of("MTLS-301", operation: null)]).Length.ShouldBe(2);
    }

    [Fact]
    public void A_cause_that_shows_whatever_was_shown_is_one_finding_across_identities()
    {
        const string cause = "the certificate is not verified";

        Finding kept = Fold.Apply([Of("MTLS-102", identity: "rogue", cause: cause), Of("MTLS-101", Severity.Critical, identity: "self-signed", cause: cause), Of("MTLS-102", identity: "rogue with root", cause: cause)]).Single();

        (kept.Id, kept.Identity).ShouldBe(("MTLS-101", "self-signed"));
        kept.AlsoMatches.ShouldBe(["MTLS-102"]);
        Fold.Apply([Of("MTLS-109", identity: "one", cause: "MTLS-109"), Of("MTLS-109", identity: "other", cause: "MTLS-109")]).Length.ShouldBe(1);
        Fold.Apply([Of("MTLS-102", identity: "rogue", cause: cause), Of("MTLS-101", identity: "rogue", operation: "GET /b", cause: cause)]).Length.ShouldBe(2);
    }

    [Fact]
    public void A_suspicion_never_hides_a_proof()
    {
        Finding kept = Fold.Apply([Of("MTLS-002", confidence: Confidence.Suspect), Of("SPEC-001", confidence: Confidence.Confirmed)]).Single();

        (kept.Id, kept.Confidence).ShouldBe(("SPEC-001", Confidence.Confirmed));
        kept.AlsoMatches.ShouldBe(["MTLS-002"]);
    }

    [Fact]
    public void Folding_keeps_the_worst_proven_severity()
    {
        Fold.Apply([Of("MTLS-002", Severity.Medium), Of("SPEC-001", Severity.Critical)]).Single().Severity.ShouldBe(Severity.Critical);
        Fold.Apply([Of("MTLS-002", Severity.Medium), Of("SPEC-001", Severity.Critical, confidence: Confidence.Suspect)]).Single().Severity.ShouldBe(Severity.Medium);
    }

    [Fact]
    public void A_finding_that_covers_several_counts_as_often_as_they_did()
    {
        Finding[] operations = [Of("SPEC-001", operation: "GET /a"), Of("SPEC-001", operation: "GET /b"), Of("SPEC-001", operation: "GET /c")];

        int without = Scoring.ScoreOf(Fold.Apply(operations));
        int with = Scoring.ScoreOf(Fold.Apply([.. operations, Of("MTLS-002", operation: null)]));

        Fold.Apply([.. operations, Of("MTLS-002", operation: null)]).Length.ShouldBe(1);
        with.ShouldBe(without);
    }

    [Fact]
    public void A_finding_about_the_whole_server_never_lifts_the_score() => Prop.ForAll(s_ofOperations, s_severities, static (findings, severity) =>
        Scoring.ScoreOf(Fold.Apply([.. findings, Of("MTLS-002", severity, operation: null)])) <= Scoring.ScoreOf(Fold.Apply(findings)))
        .Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void The_same_finding_twice_is_one_with_the_evidence_of_both()
    {
        Evidence first = new() { Title = "first", Sent = "", Received = "" };
        Evidence second = first with { Title = "second" };

        Finding kept = Fold.Apply([Of("TLS-001", confidence: Confidence.Firm) with { Evidence = [first] }, Of("TLS-001", confidence: Confidence.Confirmed) with { Evidence = [second] }]).Single();

        kept.Confidence.ShouldBe(Confidence.Confirmed);
        kept.Evidence.Select(static one => one.Title).Order().ShouldBe(["first", "second"]);
        kept.AlsoMatches.ShouldBeEmpty();
    }

    [Fact]
    public void The_most_severe_comes_first_then_the_surest()
    {
        ImmutableArray<Finding> findings = Fold.Apply(
        [
            Of("A-001", Severity.Low, operation: "1"),
            Of("C-001", Severity.High, operation: "2", confidence: Confidence.Suspect),
            Of("B-001", Severity.High, operation: "3"),
            Of("A-002", Severity.Critical, operation: "4"),
        ]);

        findings.Select(static one => one.Id).ShouldBe(["A-002", "B-001", "C-001", "A-001"]);
    }

    private static Finding Of(
        string id, Severity severity = Severity.High, string? operation = "GET /a", string? identity = null, string? cause = "no certificate", Confidence confidence = Confidence.Confirmed) =>
        ScoringTests.Finding(severity, confidence, id, operation, identity, cause);
}
