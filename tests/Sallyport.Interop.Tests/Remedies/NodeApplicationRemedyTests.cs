using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>The remedies that an application in Node gets, put in as they are printed: the scan finds every rule before, and passes every one after.</summary>
/// <remarks>
/// The packages that the remedies name are the real ones. Stand-ins, each said in its program: SQLite for the database server, an object for the document database, scrypt for argon2, a rule of ours
/// for maxAliases, a script for ping, a fetch that leaves this machine alone, a mailbox that keeps nothing, and a model that does what it is told.
/// </remarks>
public sealed class NodeApplicationRemedyTests(LabServers servers, NodeSites sites) : IClassFixture<NodeSites>
{
    private static readonly ImmutableArray<string> s_families =
        ["PROXY", "JWT", "BIND", "AUTHZ", "CSRF", "RACE", "AUTH", "IV", "RL", "DATA", "ENC", "SSRF", "INV", "UC", "GQL", "SPEC", "LLM"];

    // What a rule says afterwards that cannot say "passed".
    private static readonly ImmutableDictionary<string, string> s_afterwards = new Dictionary<string, string>
    {
        ["JWT-004"] = "notApplicable", // there is no shared secret any more
        ["AUTH-005"] = "notTested", // the usual password is refused, and no right one is declared that guesses could be held against
        ["AUTH-007"] = "notTested", // what goes out by mail is in a mailbox
        ["GQL-005"] = "notTested", // without introspection no type is known that a query could go down
    }.ToImmutableDictionary();

    // Rules that tell a fact where others have a finding.
    private static readonly ImmutableArray<string> s_facts = ["INV-003"];

    private const string Model = "whether a model resists depends on the model: one that is made for a test resists what it was made to resist";

    private static readonly ImmutableDictionary<string, string> s_notApplied = new Dictionary<string, string>
    {
        ["BIND-009"] = "it tells a fact, whatever the server does",
        ["IV-006"] = "a server that disagrees with none in front of it shows nothing, and no two installed servers disagree (docs/decisions/0065)",
        ["JWT-017"] = "Node's own crypto refuses r = s = 0: there is no version of it to show the flaw with",
        ["LLM-001"] = "the operation is open, which the remedy of AUTH-001 closes",
        ["LLM-002"] = Model,
        ["LLM-003"] = Model,
        ["LLM-004"] = Model,
        ["LLM-005"] = Model,
        ["LLM-006"] = Model,
        ["LLM-007"] = Model,
        ["LLM-010"] = Model,
        ["LLM-012"] = Model,
        ["RACE-006"] = "its text, the list of revoked certificates, is applied for MTLS-107 (NodeRemedyTests); renewing it while connections are open is not in the text",
    }.ToImmutableDictionary();

    public static TheoryData<string> Sites => [.. NodeSites.Chosen];

    [Theory]
    [MemberData(nameof(Sites))]
    public async Task What_is_found_is_gone_when_the_remedies_are_put_in(string name)
    {
        if (NodeSites.Modules.Select(NodeModules.WhyMissing).FirstOrDefault(static reason => reason is not null) is { } missing)
        {
            Assert.Skip(missing);
        }

        string[] ids = [.. NodeSites.Places(name).Ids];
        (ScanReport flawed, ScanReport mended) = await sites.ReportsAsync(servers.Pki, name).WaitAsync(TestContext.Current.CancellationToken);

        string[] found = [.. flawed.Checks.Where(static one => one.Outcome == "failed" || IsBusy(one)).Select(static one => one.Id).Concat(Facts(flawed)).Order(StringComparer.Ordinal)];
        found.ShouldBe(ids, "before: " + Told(flawed));
        mended.Findings.ShouldBeEmpty("after: " + Told(mended));
        Facts(mended).ShouldBeEmpty("after: " + Told(mended));
        mended.Checks.Where(static one => one.Outcome != s_afterwards.GetValueOrDefault(one.Id, "passed") && !IsBusy(one)).ShouldBeEmpty("after: " + Told(mended));
    }

    [Fact]
    public void Every_remedy_for_Node_is_applied_or_it_is_said_why_not()
    {
        string[] shown = [.. CheckCatalog.Rules.Where(static rule => s_families.Contains(rule.Id.Split('-')[0]) && rule.Remedies.Any(static one => one is { Stack: ServerStack.Node, Fix: not null })).Select(static rule => rule.Id)];
        string[] applied = [.. NodeSites.Names.SelectMany(static name => NodeSites.Places(name).Ids).Distinct()];
        shown.Except(applied).Order(StringComparer.Ordinal).ShouldBe(s_notApplied.Keys.Order(StringComparer.Ordinal));
        s_notApplied.Values.ShouldAllBe(static why => why.Length > 0);
    }

    [Fact]
    public void Of_a_remedy_that_is_applied_no_line_is_left_out()
    {
        (string Fix, string Line)[] put = [.. NodeSites.Names.SelectMany(static name => NodeSites.Places(name).Applied).Distinct()];
        put.Select(static one => one.Fix).Distinct().SelectMany(fix => fix.Split('\n').Where(line => !put.Contains((fix, line)))).ShouldBeEmpty();
    }

    // How busy this machine is decides nothing: where times alone could not be told apart, the rest of the answer holds.
    private static bool IsBusy(CheckSummary one) => one is { Failed: 0, NotTested: 1 } && one.Id switch
    {
        "AUTH-004" => one.Passed >= 3 && one.Reason?.Contains("scatter too much to tell", StringComparison.Ordinal) == true,
        "IV-005" => one.Reason?.Contains("the answers are slow by themselves", StringComparison.Ordinal) == true,
        _ => false,
    };

    private static IEnumerable<string> Facts(ScanReport report) => report.Facts.Select(static one => one.Id).Where(static id => s_facts.Contains(id)).Distinct();

    private static string Told(ScanReport report) =>
        string.Join('\n', [report.SurveyFailure ?? $"{report.ClientAuthentication}", .. report.Findings.Select(static finding => $"{finding.Id}/{finding.Variant} {finding.Operation}: {finding.Observed}"), .. report.Checks.Select(static check => check.ToString())]);
}
