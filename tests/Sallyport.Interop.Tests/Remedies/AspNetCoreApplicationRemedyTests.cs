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
    private static readonly string[] s_frames =
    [
        "tokens", "shop", "inputs", "sessions", "forms", "origins", "logins",
        // One flaw, or a few that leave one another alone.
        "unsigned", "secret", "late", "uncounted", "spoofed", "mixed", "versions", "forwarded", "from", "backend", "patterns", "either", "assistant", "leftovers", "described", "graph",
    ];

    private static readonly string[] s_families =
        ["PROXY-", "JWT-", "BIND-", "AUTHZ-", "CSRF-", "RACE-", "AUTH-", "IV-", "RL-", "DATA-", "ENC-", "SSRF-", "INV-", "UC-", "GQL-", "SPEC-", "LLM-"];

    // What a rule says afterwards that cannot say "passed".
    private static readonly Dictionary<string, string> s_afterwards = new(StringComparer.Ordinal)
    {
        ["AUTH-005"] = "notTested", // the usual password is refused, and no right one is declared that guesses could be held against
        ["AUTH-007"] = "notTested", // what goes out by mail is in a mailbox
        ["BIND-007"] = "notApplicable", // tokens that are bound to a certificate have no other subject
        ["GQL-005"] = "notTested", // without introspection no type is known that a query could go down
        ["JWT-004"] = "notApplicable", // there is no shared secret any more
        ["PROXY-001"] = "notApplicable", // nobody connects without a certificate, so that no header of theirs is read
        ["PROXY-002"] = "notApplicable", // the same
    };

    /// <summary>What is not applied here, and why.</summary>
    private static readonly Dictionary<string, string> s_leftOpen = new(StringComparer.Ordinal)
    {
        ["BIND-009 INV-003 SPEC-002"] = "a rule of facts: there is no finding that could disappear",
        ["DATA-004 ENC-002"] = "applied by AspNetCoreRemedyTests",
        ["LLM-002 LLM-003 LLM-004 LLM-005 LLM-006 LLM-007 LLM-010 LLM-012"] = "a model that obeys these lines would be a script that pretends to; what stands around it (LLM-001, 008, 009, 011) is applied",
        ["RACE-006"] = "prints what MTLS-111 prints, which AspNetCoreRemedyTests applies",
        ["SPEC-001"] = "prints what MTLS-002 prints, which AspNetCoreRemedyTests applies",
    };

    // The others take both cores for two minutes: they are scanned where time is no matter.
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
    public async Task The_proxy_is_still_believed_when_nobody_else_is()
    {
        await using FramedSite site = await FramedSite.StartAsync(RemedyFrame.Of("forwarded"), mended: true, TestContext.Current.CancellationToken);
        (await site.ProxiedAsync("/profiles/alice", TestContext.Current.CancellationToken)).ShouldContain("note-");
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
