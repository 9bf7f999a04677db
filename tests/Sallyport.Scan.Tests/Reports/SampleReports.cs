using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Tests.Engine;

namespace Sallyport.Scan.Tests.Reports;

/// <summary>Reports as the engine makes them, of made-up targets.</summary>
internal static class SampleReports
{
    public static string Hostile { get; } =
        "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'`]]>&amp; | **b** [l](javascript:x) \e[31mred\a\r\nnext\u202eevil\0\ud800 ``` ~~~~ <!-- ${x} @all";

    public static CheckInfo Rc4 { get; } = FakeCheck.Rule(
        "TLS-003", Severity.Medium, Category.Encryption, variants: [new("rc4", "RC4", Severity.High), new("cbc-sha1", "CBC with SHA-1", Severity.Low)]);

    /// <summary>A server with an optional certificate check, a rogue CA and RC4.</summary>
    public static ScanReport Naked() => Run(new() { Survey = FakeSession.Surveyed with { Authentication = new AuthVerdict.Optional() }, Matrix = Cells() }, text: null);

    /// <summary>A server that refuses whatever it should.</summary>
    public static ScanReport Guarded() => Run(new(), text: null, failing: false);

    /// <summary>The naked report with hostile text wherever the target can put some.</summary>
    public static ScanReport HostileReport() => Run(new() { Survey = FakeSession.Surveyed with { Authentication = new AuthVerdict.Optional() }, Matrix = [.. Cells(), new(Hostile, Hostile, "undecided", Hostile, null, null)] }, Hostile);

    /// <summary>A target that could not be surveyed.</summary>
    public static ScanReport Unreachable() => Run(new() { Survey = FakeSession.Surveyed with { Failure = "nothing listens at 127.0.0.1:443" } }, text: null);

    private static ImmutableArray<MatrixCell> Cells() =>
    [
        new("alice", "GET /profiles/{id}", "accepted", "HTTP 200", true, null),
        new("none", "GET /profiles/{id}", "accepted", "HTTP 200", false, "MTLS-002"),
        new("rogue CA, same names", "GET /profiles/{id}", "accepted", "HTTP 200", false, "MTLS-103"),
        new("expired", "GET /profiles/{id}", "rejected", "alert certificate_expired (45)", true, "MTLS-104"),
        new("bob", "GET /orders", "undecided", "HTTP 429", null, null),
    ];

    private static ScanReport Run(FakeSession session, string? text, bool failing = true)
    {
        string words = text ?? "HTTP 200 with the answer that alice gets";
        Flaw flaw = new()
        {
            Expected = text ?? "The certificate is refused.",
            Observed = words,
            Confidence = Confidence.Confirmed,
            Evidence =
            [
                new() { Title = text ?? "control: alice", Sent = text ?? "GET /profiles/alice HTTP/1.1\nHost: api.example.test", Received = text ?? "HTTP/1.1 200 OK\n\n{\"name\":\"alice\"}" },
                new()
                {
                    Title = text ?? "rogue CA with the same name",
                    Sent = text ?? "GET /profiles/alice HTTP/1.1\nHost: api.example.test",
                    Received = text ?? "HTTP/1.1 200 OK\n\n{\"name\":\"alice\"}",
                    Transcript = text is null ? ["> ClientHello 517", "< ServerHello 122", "< CertificateRequest 80", "> Certificate 903", "> CertificateVerify 78", "< NewSessionTicket 250"] : [text, text],
                },
            ],
        };
        Outcome Fails(Confidence confidence = Confidence.Confirmed) => failing ? new Outcome.Failed(flaw with { Confidence = confidence }) : new Outcome.Passed();
        string? operation = text ?? "GET /profiles/{id}";
        FakeCheck[] checks =
        [
            FakeCheck.Of(FakeCheck.Rule("MTLS-001", severity: null), CheckResult.Passed().With(new Fact("MTLS-001", text ?? "Client certificate requested (TLS 1.3)", text ?? "yes"))),
            FakeCheck.Of(FakeCheck.Rule("MTLS-002", Severity.Critical), new() { Probes = [new(Fails()) { Operation = operation }] }),
            FakeCheck.Of(FakeCheck.Rule("MTLS-103", Severity.Critical, needs: [Need.Identity]), new() { Probes = [new(Fails()) { Operation = operation, Identity = text ?? "rogue CA, same names" }] }),
            FakeCheck.Of(FakeCheck.Rule("MTLS-104", Severity.High, needs: [Need.Identity]), CheckResult.Passed()),
            FakeCheck.Of(FakeCheck.Rule("MTLS-110", Severity.High, needs: [Need.ClientCaKey]), CheckResult.Passed()),
            FakeCheck.Of(FakeCheck.Rule("MTLS-112", Severity.High), CheckResult.NotApplicable(text ?? "no OCSP responder is named")),
            FakeCheck.Of(FakeCheck.Rule("MTLS-126", Severity.Low, mode: ScanMode.Intrusive), CheckResult.Passed()),
            FakeCheck.Of(FakeCheck.Rule("TLS-001", Severity.High, Category.Encryption), CheckResult.NotTested(text ?? "the server closed every hello", text is null ? [] : [text])),
            FakeCheck.Of(Rc4, new() { Probes = [new(Fails()) { Variant = "rc4" }, new(new Outcome.Passed()) { Variant = "cbc-sha1" }] }),
            FakeCheck.Of(FakeCheck.Rule("TLS-018", Severity.Low, Category.Encryption), new() { Probes = [new(Fails(Confidence.Suspect))] }),
        ];
        ScanReport report = Task.Run(() => new Scanner(session, [.. checks], new StoppedClock()).RunAsync(FakeSession.Request(), null, CancellationToken.None)).GetAwaiter().GetResult();
        return text is null ? report : report with
        {
            SurveyFailure = text,
            MintedSerials = [text],
            ToolVersion = text,
            Target = "https://api.example.test/" + text,
            Findings = [.. report.Findings.Select(finding => finding with { Title = text, Replay = text, AlsoMatches = ["MTLS-301"], Remedy = finding.Remedy with { Text = text, Flaw = text, Fix = text } })],
        };
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 22, 10, 30, 0, TimeSpan.Zero);

        public override long GetTimestamp() => 0;
    }
}
