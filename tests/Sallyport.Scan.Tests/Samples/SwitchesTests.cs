using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>
/// One switch of every family that no other test scans whole: exactly what it declares is found among the rules of all these families. Every switch with
/// the whole catalogue is <c>eng/soak</c>'s: <c>Sallyport.Soak switches</c>.
/// </summary>
public sealed class SwitchesTests
{
    private static readonly string[] s_families = ["IV-", "SSRF-", "DATA-", "ENC-", "INV-", "UC-", "GQL-", "PROXY-", "SPEC-"];

    private static readonly string[] s_application = [.. s_families, "JWT-", "BIND-", "AUTHZ-", "AUTH-", "CSRF-", "RACE-", "RL-", "LLM-"];

    // One of each family; every second of them in every run.
    public static TheoryData<Weakness> Switches { get; } =
    [
        .. ((Weakness[])
        [
            Weakness.TemplateText, Weakness.BlindFetch, Weakness.SecretShown, Weakness.MixedContent, Weakness.GraphAliases,
            Weakness.PlainLinks, Weakness.HiddenRoutes, Weakness.HeaderIdentity, Weakness.UndeclaredAnswers, Weakness.UnboundedDescription,
        ]).Where(static (_, number) => Soak.IsOn || number % 2 == 0),
    ];

    [Theory]
    [MemberData(nameof(Switches))]
    public async Task A_switch_gives_what_it_plants_and_nothing_of_its_neighbours(Weakness weakness)
    {
        await using OrdersLab lab = await OrdersLab.StartAsync(weakness);
        // The lowest mode that runs what is planted: a rule of a higher one would be left out, and nothing found.
        ScanMode mode = lab.Planted.Select(id => CheckCatalog.Find(id)?.Mode ?? ScanMode.Safe).Max();
        ImmutableArray<Check> neighbours = [.. CheckCatalog.BuiltIn.Where(check => check.Info.Mode <= mode && Array.Exists(s_families, family => check.Info.Id.StartsWith(family, StringComparison.Ordinal)))];
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));

        ScanReport report = await new Scanner(new ScanSessions(TimeProvider.System), neighbours, TimeProvider.System).RunAsync(lab.Request with { Mode = mode }, null, limit.Token);

        Found(report).ShouldBe(lab.Planted, ignoreOrder: true, string.Join('\n', report.Findings.Select(finding => $"{finding.Id} {finding.Operation}: {finding.Observed}").Concat(report.Checks.Select(check => $"{check.Id} {check.Outcome} {check.Reason}"))));
    }

    [Fact]
    public void Every_planted_rule_is_in_the_catalogue() =>
        Weakness.All.SelectMany(weakness => weakness.Plants).Distinct().Where(id => CheckCatalog.Find(id) is null).ShouldBeEmpty();

    [Fact]
    public void Every_rule_of_the_application_half_is_planted_or_a_decision_page_says_why_not()
    {
        string page = File.ReadAllText(Path.Combine(Root(), "docs", "decisions", "0064-rules-that-no-switch-plants.md"));
        string[] planted = [.. Weakness.All.SelectMany(weakness => weakness.Plants)];
        CheckCatalog.Rules.Select(rule => rule.Id)
            .Where(id => Array.Exists(s_application, family => id.StartsWith(family, StringComparison.Ordinal)) && !planted.Contains(id) && !page.Contains($"`{id}`", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    private static IEnumerable<string> Found(ScanReport report)
    {
        // A rule of facts has no findings: what it plants is a fact that the strict API does not give.
        HashSet<string> facts = [.. Weakness.All.SelectMany(weakness => weakness.Plants).Where(id => CheckCatalog.Find(id) is { Severity: null })];
        return report.Findings.SelectMany(finding => finding.AlsoMatches.Prepend(finding.Id)).Concat(report.Facts.Select(fact => fact.Id).Where(facts.Contains)).Distinct();
    }

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file) ?? "", "..", "..", ".."));
}
