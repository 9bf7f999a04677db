using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Matrix;

/// <summary>All rows of the matrix in one scan: what one server does with every certificate is asked once.</summary>
internal static class MatrixScan
{
    /// <summary>Every row, in id order.</summary>
    public static ImmutableArray<Check> Rows =>
    [
        new SelfSignedCertificate(), new UnknownAuthority(), new ImitatedAuthority(), new ExpiredCertificate(), new FutureCertificate(), new ServerUsage(),
        new UnstatedUsage(), new AnyUsage(), new LeafAsAuthority(), new AuthorityLimits(), new RevokedCertificate(), new RevokedByOcsp(), new RevokedTicket(),
        new WeakCertificate(), new UnprovenKey(), new OmittedProof(), new OmittedCertificate(), new MismatchedScheme(), new EmptyLateAnswer(),
        new AppendedVictim(), new ForeignOwner(), new ConfusedNames(), new ReusedSerial(), new ServerCertificateAsClient(), new InjectedNames(), new OversizeChain(),
    ];

    /// <summary>A scan as alice, with bob as the second identity and the key of the client CA.</summary>
    public static ScanRequest Request(CheckLab lab, LabEndpoint site, params ImmutableArray<LabIdentity> identities)
    {
        ArgumentNullException.ThrowIfNull(lab);
        return lab.Request(site, identities.IsEmpty ? [lab.Pki.Alice, lab.Pki.Bob] : identities) with
        {
            ClientAuthority = new() { Certificate = [.. lab.Pki.ClientCa.Authority.Certificate.Span], Key = lab.Pki.ClientCa.Authority.Key.Algorithm },
            Limits = new() { RequestsPerSecond = 10_000, Connections = 2_000, Requests = 10_000 },
        };
    }

    /// <summary>Runs all rows, or those named.</summary>
    public static async Task<ScanReport> RunAsync(ScanRequest request, params string[] only)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ImmutableArray<Check> rows = only.Length == 0 ? Rows : [.. Rows.Where(row => only.Contains(row.Info.Id))];
        return await new Scanner(new ScanSessions(TimeProvider.System), rows, TimeProvider.System).RunAsync(request, new Loud(), limit.Token);
    }

    /// <summary>What a row ended with, such as <c>MTLS-104 failed: reason</c>, for messages.</summary>
    public static string Of(ScanReport report) => string.Join('\n', report.Checks.Select(check => $"{check.Id} {check.Outcome} p{check.Passed} f{check.Failed} a{check.NotApplicable} t{check.NotTested} {check.Reason}")
        .Concat(report.Findings.Select(finding => $"FINDING {finding.Id}/{finding.Variant} {finding.Severity} {finding.Confidence} {finding.Identity}: {finding.Observed} also [{string.Join(' ', finding.AlsoMatches)}]"))
        .Append($"{report.Connections} connections, {report.Requests} requests, {report.Duration.TotalMilliseconds:0} ms"));

    // An error inside a row would otherwise look like an honest "not tested".
    private sealed class Loud : IProgress<ScanProgress>
    {
        public void Report(ScanProgress value)
        {
            if (value is ScanProgress.Broken broken)
            {
                TestContext.Current.AddWarning(broken.ToString());
            }
        }
    }
}
