using System;
using System.Collections.Immutable;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Tests;

/// <summary>Reports for tests of what the tool does with them.</summary>
internal static class Reports
{
    public static ScanReport Clean { get; } = new()
    {
        ToolVersion = "0.1.0",
        Target = "https://localhost",
        StartedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromSeconds(1),
        Mode = ScanMode.Safe,
        BaselineSucceeded = true,
        Tested = 8,
        Applicable = 10,
        Score = 100,
        Grade = "A",
        ClientAuthentication = ClientAuthentication.Required,
        Checks = [Check("MTLS-001", "passed"), Check("MTLS-002", "passed"), Check("MTLS-003", "notApplicable"), Check("MTLS-104", "notTested")],
    };

    public static ScanReport With(Severity severity, Confidence confidence = Confidence.Firm) => Clean with
    {
        Findings =
        [
            new()
            {
                Id = "MTLS-101",
                Title = "Self-signed certificates are accepted",
                Category = Category.MutualTls,
                Severity = severity,
                Confidence = confidence,
                Expected = "refused",
                Observed = "served",
                Replay = "sallyport scan https://localhost --checks MTLS-101",
                Fingerprint = "00",
                Standards = new(),
                Remedy = new(null, "verify"),
            },
        ],
    };

    private static CheckSummary Check(string id, string outcome) => new()
    {
        Id = id,
        Outcome = outcome,
        Reason = outcome == "notTested" ? "no key" : null,
        Needs = outcome == "notTested" ? ["give --client-ca-key"] : ImmutableArray<string>.Empty,
    };
}
