using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Tests.Engine;

/// <summary>A check that does what the test says. Not sealed by name alone: the generator runs in the product's compilation only.</summary>
internal sealed class FakeCheck(CheckInfo info, Func<CheckContext, CancellationToken, Task<CheckResult>> run) : Check
{
    public FakeCheck(CheckInfo info, Func<CancellationToken, Task<CheckResult>> run)
        : this(info, (_, cancellationToken) => run(cancellationToken))
    {
    }

    public override CheckInfo Info => info;

    public int Runs { get; private set; }

    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Runs++;
        return run(context, cancellationToken);
    }

    public static FakeCheck Of(CheckInfo info, CheckResult result) => new(info, _ => Task.FromResult(result));

    public static CheckInfo Rule(
        string id,
        Severity? severity = Severity.High,
        Category? category = null,
        ImmutableArray<Need> needs = default,
        ScanMode mode = ScanMode.Safe,
        ImmutableArray<CheckVariant> variants = default) => new()
        {
            Id = id,
            Title = $"The title of {id}",
            Category = category ?? Category.MutualTls,
            Severity = severity,
            Needs = needs.IsDefault ? [] : needs,
            Mode = mode,
            Variants = variants.IsDefault ? [] : variants,
            Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
            Why = "A mechanism.",
            Impact = "A gain.",
            How = "A probe.",
            Sources = ["RFC 8446, section 4.4.2"],
            Remedies = [new(null, "Require a certificate."), new(ServerStack.Nginx, "Turn it on.", "ssl_verify_client off;", "ssl_verify_client on;")],
        };

    public static Flaw Flaw(Confidence confidence = Confidence.Confirmed, string? cause = null, Severity? severity = null) => new()
    {
        Expected = "A refusal.",
        Observed = "HTTP 200.",
        Confidence = confidence,
        Cause = cause,
        Severity = severity,
        Evidence = [new() { Title = "control: alice", Sent = "GET /profiles/alice", Received = "HTTP 200" }],
    };
}
