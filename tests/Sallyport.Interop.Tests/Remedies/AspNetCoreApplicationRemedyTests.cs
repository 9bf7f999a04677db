using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>The remedies of the application half for ASP.NET Core, put as they are printed into small applications that have the flaws, and started.</summary>
public sealed class AspNetCoreApplicationRemedyTests
{
    private static readonly string[] s_frames = ["tokens", "shop", "inputs", "sessions", "forms", "origins", "logins"];

    private static readonly string[] s_families =
        ["PROXY-", "JWT-", "BIND-", "AUTHZ-", "CSRF-", "RACE-", "AUTH-", "IV-", "RL-", "DATA-", "ENC-", "SSRF-", "INV-", "UC-", "GQL-", "SPEC-", "LLM-"];

    // What a rule says afterwards that cannot say "passed".
    private static readonly Dictionary<string, string> s_afterwards = new(StringComparer.Ordinal)
    {
        ["AUTH-005"] = "notTested", // the usual password is refused, and no right one is declared that guesses could be held against
        ["AUTH-007"] = "notTested", // what goes out by mail is in a mailbox
        ["BIND-007"] = "notApplicable", // tokens that are bound to a certificate have no other subject
    };

    /// <summary>What is not applied here, and why.</summary>
    private static readonly Dictionary<string, string> s_leftOpen = new(StringComparer.Ordinal)
    {
        ["BIND-005"] = "prints what BIND-001 prints, and shows only where a bad certificate is refused late, which the frame of BIND-004 does not do",
        ["BIND-009 INV-003 SPEC-002"] = "a rule of facts: there is no finding that could disappear",
        ["DATA-004 ENC-002"] = "applied by AspNetCoreRemedyTests",
        ["GQL-001 GQL-002 GQL-003 GQL-004 GQL-005"] = "the lines are Hot Chocolate's, which this project does not have",
        ["INV-001"] = "the old version must lie where the scan looks for one, and the lines name one path",
        ["IV-005"] = "a pattern that runs for ever is a core that is busy for a minute",
        ["IV-007"] = "the description and the metrics that the lines map come with packages that this project does not have",
        ["JWT-002 JWT-004"] = "where no signature counts, or the secret is known, nothing else shows; JWT-002 prints what JWT-001 prints",
        ["LLM-001 LLM-002 LLM-003 LLM-004 LLM-005 LLM-006 LLM-007 LLM-008 LLM-009 LLM-010 LLM-011 LLM-012"] = "a model that obeys these lines would be a script that pretends to",
        ["PROXY-001 PROXY-002 PROXY-003 PROXY-004 PROXY-006"] = "the lines name ports and the address of a proxy that stands in front",
        ["PROXY-005"] = "the router of ASP.NET Core and the flaw's prefix read a path alike, so that there is nothing to find",
        ["RACE-005"] = "an API that mixes up its callers gives no other rule an answer that holds",
        ["RACE-006"] = "prints what MTLS-111 prints, which AspNetCoreRemedyTests applies",
        ["RL-001 RL-002"] = "a limit that is low enough to be seen refuses the probes of all others",
        ["SPEC-001"] = "prints what MTLS-002 prints, which AspNetCoreRemedyTests applies",
        ["SPEC-003 SPEC-004 SPEC-005"] = "the lines change the description that the framework writes, and these frames have one of their own",
    };

    // The other two take both cores for half a minute: they are scanned where time is no matter.
    public static TheoryData<string> Frames => [.. s_frames.Where(static name => Soak.IsOn || name == "tokens")];

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task Everything_is_found_before_and_nothing_after(string name)
    {
        RemedyFrame frame = RemedyFrame.Of(name);
        // Every remedy in every run; every rule that prints one of them where time is no matter.
        ImmutableArray<string> ids = Soak.IsOn ? frame.Ids : frame.OneOfEach;
        ScanReport before = await ScanAsync(frame, ids, mended: false);
        string[] found = [.. before.Findings.SelectMany(finding => finding.AlsoMatches.Prepend(finding.Id)).Distinct().Order(StringComparer.Ordinal)];
        found.ShouldBe([.. ids], "before: " + Told(before));
        ScanReport after = await ScanAsync(frame, ids, mended: true);
        after.Findings.ShouldBeEmpty("after: " + Told(after));
        after.Checks.Where(check => s_afterwards.TryGetValue(check.Id, out string? outcome) ? check.Outcome != outcome : check is not { Failed: 0, Passed: > 0 }).Select(check => check.Id).ShouldBeEmpty("after: " + Told(after));
    }

    [Fact]
    public void Every_remedy_is_applied_or_is_left_open_for_a_reason()
    {
        string[] applied = [.. s_frames.SelectMany(name => RemedyFrame.Of(name).Ids)];
        string[] open = [.. s_leftOpen.Keys.SelectMany(ids => ids.Split(' '))];
        CheckCatalog.Rules
            .Where(rule => s_families.Any(family => rule.Id.StartsWith(family, StringComparison.Ordinal)) && rule.Remedies.Any(remedy => remedy is { Stack: ServerStack.AspNetCore, Fix: not null }))
            .Select(rule => rule.Id).Order(StringComparer.Ordinal).ShouldBe(applied.Concat(open).Order(StringComparer.Ordinal));
    }

    private static async Task<ScanReport> ScanAsync(RemedyFrame frame, ImmutableArray<string> ids, bool mended)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        await using FramedSite site = await FramedSite.StartAsync(frame, mended, limit.Token);
        return await site.ScanAsync(ids, limit.Token);
    }

    private static string Told(ScanReport report) => string.Join('\n',
    [
        $"{report.SurveyFailure} {report.ClientAuthentication} {report.Requests} requests {report.Duration.TotalSeconds:F1} s",
        .. report.Findings.Select(finding => $"FOUND {finding.Id}/{finding.Variant} {finding.Confidence} {finding.Operation} {finding.Identity}: {finding.Observed} (also {string.Join(' ', finding.AlsoMatches)})"),
        .. report.Checks.Select(check => $"{check.Id} {check.Outcome} p{check.Passed} f{check.Failed} a{check.NotApplicable} t{check.NotTested}: {check.Reason}"),
    ]);
}
