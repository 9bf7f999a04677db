using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Channel;

/// <summary>Runs the checks of the channel together, as a scan does: what they share is asked for once.</summary>
internal static class ChannelBench
{
    internal static ImmutableArray<Check> Safe { get; } =
    [
        new OldVersions(), new CurrentVersions(), new WeakSuites(), new DiffieHellman(), new KeyExchangeGroups(), new ServerSignatures(), new Compression(),
        new Heartbeat(), new BoundSessions(), new InsecureRenegotiation(), new FallbackSignal(), new DowngradeMark(), new Intolerance(), new Tickets(),
        new ResumptionWays(), new ApplicationProtocols(), new DefaultSite(), new Posture(),
    ];

    internal static async Task<ScanReport> RunAsync(ScanRequest request, params ImmutableArray<Check> checks)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        return await new Scanner(new ScanSessions(TimeProvider.System), checks.IsEmpty ? Safe : checks, TimeProvider.System).RunAsync(request, null, limit.Token);
    }

    /// <summary>The findings as "id/variant", in order.</summary>
    internal static ImmutableArray<string> Found(ScanReport report) =>
        [.. report.Findings.Select(static finding => finding.Variant is null ? finding.Id : $"{finding.Id}/{finding.Variant}").Order(StringComparer.Ordinal)];

    internal static string Outcome(ScanReport report, string id) => report.Checks.Single(check => check.Id == id).Outcome;
}
