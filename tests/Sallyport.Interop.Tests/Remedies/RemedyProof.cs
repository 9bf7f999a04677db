using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Table;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>A remedy applied as it is written: the server has the finding before, and passes the rule after.</summary>
internal static class RemedyProof
{
    /// <summary>The remedy that a finding of the rule prints for a stack.</summary>
    /// <param name="rules">The rule; of several, with a space between them, the one remedy that they share.</param>
    /// <param name="stack">The stack.</param>
    public static Remedy Of(string rules, ServerStack stack) =>
        rules.Split(' ').Select(id => CheckCatalog.Find(id)?.Remedies.SingleOrDefault(remedy => remedy.Stack == stack)).Distinct().ToArray() is [{ Fix: not null } found]
            ? found
            : throw new InvalidOperationException($"{rules} shows no one fix for {stack}.");

    /// <summary>Holds both servers against the rules that print the same.</summary>
    /// <param name="rules">The rules, with a space between them.</param>
    /// <param name="pki">The certificates.</param>
    /// <param name="naked">Starts the server with the flaw.</param>
    /// <param name="mended">Starts the same with the fix.</param>
    /// <param name="place">Where a server listens.</param>
    public static async Task HoldsAsync<T>(string rules, LabPki pki, Func<CancellationToken, Task<T>> naked, Func<CancellationToken, Task<T>> mended, Func<T, LabEndpoint> place)
        where T : IAsyncDisposable
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string[] ids = rules.Split(' ');
        T first = await naked(cancellationToken);
        await using (((IAsyncDisposable)first).ConfigureAwait(false))
        {
            ScanReport before = await ScanAsync(ids, pki, place(first), cancellationToken);
            before.Findings.SelectMany(static finding => finding.AlsoMatches.Prepend(finding.Id)).Distinct().Order(StringComparer.Ordinal).ShouldBe(ids.AsEnumerable(), "before: " + Told(before));
        }

        T second = await mended(cancellationToken);
        await using (((IAsyncDisposable)second).ConfigureAwait(false))
        {
            ScanReport after = await ScanAsync(ids, pki, place(second), cancellationToken);
            after.Findings.ShouldBeEmpty("after: " + Told(after));
            after.Checks.Select(static check => (check.Id, check.Outcome)).Order().ShouldBe(ids.Select(static id => (id, "passed")), "after: " + Told(after));
        }
    }

    private static async Task<ScanReport> ScanAsync(string[] ids, LabPki pki, LabEndpoint site, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        ScanRequest request = DefaultScan.Request(pki, site, []);
        return await new Scanner(TimeProvider.System).RunAsync(request with { Only = [.. ids], Expect = request.Expect with { Browsers = true } }, null, limit.Token);
    }

    private static string Told(ScanReport report) =>
        string.Join('\n', [report.SurveyFailure ?? $"{report.ClientAuthentication}", .. report.Findings.Select(finding => $"{finding.Id}/{finding.Variant}: {finding.Observed}"), .. report.Checks.Select(check => check.ToString())]);
}
