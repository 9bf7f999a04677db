using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Binding;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Samples;

namespace Sallyport.Scan.Tests.Checks.Tokens;

/// <summary>The rows of tokens and bindings on the sample: each switch gives the rules that it plants and no other, and none gives none.</summary>
public sealed class OrdersTokenTests
{
    private static Check[] All() => [.. NodeTokenTests.Tokens(), .. NodeTokenTests.Bindings(), new RenewedCertificate()];

    // Every other one in every run, each kind of mistake among them; all of them in the soak. The rows have their tests on Node too.
    private static readonly Weakness[] s_switches =
    [
        Weakness.AlgorithmNone, Weakness.KeyConfusion, Weakness.KeyFromUrl, Weakness.ExpiryIgnored, Weakness.AudienceIgnored, Weakness.TokenAnywhere,
        Weakness.LooseTokenShape, Weakness.UnboundToken, Weakness.CertificateOptional, Weakness.TokenBeforeCertificate, Weakness.SubjectIgnored, Weakness.UnboundSession,
    ];

    private static readonly Weakness[] s_soaked =
    [
        Weakness.SignatureIgnored, Weakness.GuessableSecret, Weakness.KeyFromHeaderName, Weakness.KeyFromHeader, Weakness.NotBeforeIgnored, Weakness.IssuerIgnored,
        Weakness.TokenTypeIgnored, Weakness.TalkativeToken, Weakness.PsychicSignature, Weakness.ScopeIgnored, Weakness.TokenOptional, Weakness.ConfirmationOptional,
    ];

    public static TheoryData<Weakness> Switches => [.. s_switches, .. Soak.IsOn ? s_soaked : []];

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task A_switch_gives_what_it_plants(Weakness weakness)
    {
        await using OrdersLab lab = await OrdersLab.StartAsync(weakness);
        ScanReport report = await TokenLab.RunAsync(lab.Request, All());
        ImmutableArray<string> planted = [.. lab.Planted.Where(id => id.StartsWith("JWT-", StringComparison.Ordinal) || id.StartsWith("BIND-", StringComparison.Ordinal))];
        // One cause, one finding: a rule that sees the same stands in alsoMatches.
        string.Join(',', report.Findings.SelectMany(finding => finding.AlsoMatches.Append(finding.Id)).Distinct().Order(StringComparer.Ordinal)).ShouldBe(string.Join(',', planted), TokenLab.Said(report));
        report.Findings.ShouldAllBe(finding => finding.Confidence > Confidence.Suspect, TokenLab.Said(report));
    }

    [Fact]
    public async Task The_strict_sample_has_no_finding_and_leaves_nothing_open_but_what_needs_a_mode()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync();
        ScanReport report = await TokenLab.RunAsync(lab.Request, All());
        report.Findings.ShouldBeEmpty(TokenLab.Said(report));
        // JWT-014's body and JWT-016's large tokens need active mode; BIND-004's expired certificate cannot be told from one without an account here.
        string[] open = [.. report.Checks.Where(check => check.Outcome == "notTested").Select(check => check.Id)];
        open.ShouldBeSubsetOf(["BIND-004", "JWT-014", "JWT-016"], TokenLab.Said(report));
    }

    [Fact]
    public async Task A_guessed_secret_opens_the_rows_of_claims_without_the_issuers_key()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync(Weakness.GuessableSecret, Weakness.AudienceIgnored);
        ScanReport report = await TokenLab.RunAsync(lab.Request with { Issuer = null }, new GuessedSecret(), new ForeignAudience());
        report.Findings.Select(finding => finding.Id).Distinct().Order(StringComparer.Ordinal).ShouldBe(["JWT-004", "JWT-010"]);
    }

    [Theory]
    [InlineData(true, "failed")]
    [InlineData(false, "passed")]
    public async Task A_token_that_was_taken_back(bool weak, string outcome)
    {
        await using OrdersLab lab = await OrdersLab.StartAsync([.. weak ? [Weakness.TokenOutlivesLogout] : Array.Empty<Weakness>()]);
        ScanReport report = await TokenLab.RunAsync(WithLogin(lab) with { Mode = ScanMode.Intrusive }, new EndedToken());
        report.Checks.Single().Outcome.ShouldBe(outcome, TokenLab.Said(report));
    }

    [Theory]
    [InlineData(true, "failed")]
    [InlineData(false, "passed")]
    public async Task A_token_for_another_client(bool weak, string outcome)
    {
        await using OrdersLab lab = await OrdersLab.StartAsync([.. weak ? [Weakness.TokenForAnyClient] : Array.Empty<Weakness>()]);
        ScanReport report = await TokenLab.RunAsync(WithLogin(lab) with { Mode = ScanMode.Active }, new TokenForAnotherClient());
        report.Checks.Single().Outcome.ShouldBe(outcome, TokenLab.Said(report));
    }

    [Fact]
    public async Task Active_and_intrusive_probes_leave_the_strict_sample_without_a_finding()
    {
        await using OrdersLab lab = await OrdersLab.StartAsync();
        ScanReport report = await TokenLab.RunAsync(lab.Request with { Mode = ScanMode.Intrusive }, new TokenElsewhere(), new LaxParser());
        report.Findings.ShouldBeEmpty(TokenLab.Said(report));
        report.Checks.Single(check => check.Id == "JWT-016").Outcome.ShouldBe("passed", TokenLab.Said(report));
    }

    // dave signs in by his certificate, and what ends a session may be called.
    private static ScanRequest WithLogin(OrdersLab lab)
    {
        ImmutableDictionary<string, Secret> form = ImmutableDictionary<string, Secret>.Empty.Add("grant_type", new("client_credentials")).Add("client_id", new("dave"));
        Operation revoke = new() { Method = "POST", PathTemplate = "/token/revoke", HasSecurity = true };
        return lab.Request with
        {
            Excluded = [],
            Operations = [.. lab.Request.Operations.Where(one => one.Name != revoke.Name), revoke],
            Identities = [.. lab.Request.Identities.Select(one => one.Name == "dave" ? one with { Token = null, Cookie = null, Login = new() { Path = "/token", Form = form, TokenMember = "access_token" } } : one)],
        };
    }
}
