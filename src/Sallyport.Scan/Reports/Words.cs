using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports;

/// <summary>The words that several formats share.</summary>
internal static class Words
{
    /// <summary>A member's name as it stands in JSON, such as <c>notRequested</c>.</summary>
    public static string Slug<T>(T value)
        where T : struct, Enum
    {
        string name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>The stack as a reader knows it.</summary>
    public static string Name(ServerStack stack) => stack switch
    {
        ServerStack.AspNetCore => "ASP.NET Core",
        ServerStack.Axum => "Axum (rustls)",
        ServerStack.Nginx => "nginx",
        ServerStack.Envoy => "Envoy",
        ServerStack.Haproxy => "HAProxy",
        ServerStack.Go => "Go",
        ServerStack.Node => "Node.js",
        _ => stack.ToString(),
    };

    /// <summary>What the server does with a client that shows no certificate, as a short sentence.</summary>
    public static string Authentication(ScanReport report) => report.ClientAuthentication switch
    {
        ClientAuthentication.NotRequested => "not requested: every client is served without a certificate",
        ClientAuthentication.Optional => "optional: requested, and a client without one is served as well",
        ClientAuthentication.Required => report.EnforcedAt switch
        {
            EnforcementPoint.Handshake => "required: a client without one is refused in the handshake",
            EnforcementPoint.Alert => "required: a client without one is refused by an alert after its side of the handshake",
            EnforcementPoint.Close => "required: a client without one is cut off without a word after the handshake",
            EnforcementPoint.Http => "required: a client without one is refused by an HTTP answer",
            _ => "required: a client without one is refused",
        },
        _ => "unknown: it could not be decided",
    };

    /// <summary>Why there is no grade; <c>null</c> when there is one.</summary>
    public static string? NoGrade(ScanReport report) => report switch
    {
        { Grade: not null } => null,
        { SurveyFailure: { } failure } => $"the target could not be surveyed: {failure}",
        { Tested: 0 } => "nothing was tested",
        _ => "whether a client certificate is required (MTLS-002) was not tested",
    };

    /// <summary>Coverage, such as <c>41 of 60 probes (68 %)</c>.</summary>
    public static string Coverage(ScanReport report) => report.Applicable == 0
        ? "no probe applies"
        : string.Create(CultureInfo.InvariantCulture, $"{report.Tested} of {report.Applicable} probes ({Percent(report)} %)");

    /// <summary>Coverage in whole percent, rounded down: 100 only when nothing is missing.</summary>
    public static int Percent(ScanReport report) => report.Applicable == 0 ? 0 : report.Tested * 100 / report.Applicable;

    /// <summary>Where a finding was seen, such as <c>GET /profiles/{id} as bob</c>; the whole server when nothing is named.</summary>
    public static string Place(Finding finding) => (finding.Operation, finding.Identity) switch
    {
        (null, null) => "the whole server",
        ({ } operation, null) => operation,
        (null, { } identity) => $"the whole server, as {identity}",
        ({ } operation, { } identity) => $"{operation} as {identity}",
    };

    /// <summary>What an exchange came to, in one line: the answer's status line, else what ended it.</summary>
    public static string Gist(Evidence evidence)
    {
        // The first line may tell how the connection was secured; what came of it follows.
        string[] lines = Visible.Lines(evidence.Received);
        return lines.Take(3).FirstOrDefault(static line => line.StartsWith("HTTP", StringComparison.Ordinal))
            ?? (lines.Length > 1 && lines[0].EndsWith("client certificate requested", StringComparison.Ordinal) ? lines[1] : lines[0]);
    }

    /// <summary>The rule, with its variant.</summary>
    public static string Rule(Finding finding) => finding.Variant is null ? finding.Id : $"{finding.Id}/{finding.Variant}";

    /// <summary>How long, such as <c>2.3 s</c>.</summary>
    public static string Span(TimeSpan span) => span < TimeSpan.FromMinutes(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalMinutes} min {span.Seconds} s");

    /// <summary>When, in UTC, such as <c>2026-11-22 10:31 UTC</c>.</summary>
    public static string When(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A count with its noun, such as <c>1 finding</c> or <c>2 findings</c>.</summary>
    public static string Count(int count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");

    /// <summary>What was not tested, with what to supply: checks of one reason together, in id order.</summary>
    public static ImmutableArray<Untested> NotTested(ScanReport report) =>
    [
        .. report.Checks
            .Where(static check => check.Outcome == "notTested")
            .GroupBy(static check => (check.Reason, Needs: string.Join('\n', check.Needs)))
            .Select(static group => new Untested(group.Key.Reason ?? "undecided", group.First().Needs, [.. group.Select(static check => check.Id)])),
    ];

    /// <summary>The findings that tell what a check saw: its own, and those of a more specific rule that stand for it.</summary>
    public static ImmutableArray<Finding> FindingsOf(ScanReport report, CheckSummary check) =>
        [.. report.Findings.Where(finding => finding.Id == check.Id || finding.AlsoMatches.Contains(check.Id))];

    /// <summary>Whether a failed check rests on more than a suspicion.</summary>
    public static bool Proven(ScanReport report, CheckSummary check) =>
        check.Outcome == "failed" && FindingsOf(report, check).Any(static finding => finding.Confidence > Confidence.Suspect);

    /// <summary>The standards of a finding, such as <c>CWE-295, API2:2023, PCI DSS 4.2.1, ASVS 12.1.3</c>.</summary>
    public static IEnumerable<string> Standards(Standards standards) =>
    [
        .. standards.Cwe.Select(static number => string.Create(CultureInfo.InvariantCulture, $"CWE-{number}")),
        .. standards.OwaspApi.Select(static item => $"OWASP {item}"),
        .. standards.PciDss.Select(static item => $"PCI DSS {item}"),
        .. standards.Asvs.Select(static item => $"ASVS {item}"),
    ];

    /// <summary>Checks that were not tested for one reason.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Needs">What to supply; empty when nothing would help.</param>
    /// <param name="Ids">Which.</param>
    internal sealed record Untested(string Reason, ImmutableArray<string> Needs, ImmutableArray<string> Ids);
}
