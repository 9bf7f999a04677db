using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-011: the client may start a renegotiation.</summary>
internal sealed class ClientRenegotiation : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-011",
        Title = "Clients may start renegotiations",
        Category = Category.Encryption,
        Severity = Severity.Medium,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [400, 770], OwaspApi = ["API4:2023", "API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls, Need.Tls12],
        Why = "A handshake costs the server many times what it costs the client. Where clients may start one within a session, one connection is enough to ask for "
            + "hundreds, and limits on new connections do not see them.",
        Impact = "A single client keeps a core of the server busy.",
        How = "One TLS 1.2 session is opened and one renegotiation is started, no more. A completed second handshake is the finding; an alert or a closed connection passes.",
        Sources = ["RFC 9325, section 3.5", "CVE-2011-1473"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) =>
        await Renegotiation.TryAsync(context, cancellationToken).ConfigureAwait(false) switch
        {
            Renegotiation.Attempt.Completed completed => new()
            {
                Probes = [new(ChannelOutcome.Failed("no_renegotiation, or a closed connection", "the server completed a handshake that the client had started within the session", completed.Opened.ToEvidence()))],
            },
            Renegotiation.Attempt.Refused => CheckResult.Passed(),
            Renegotiation.Attempt.Undecided undecided => CheckResult.NotTested(undecided.Reason),
            _ => CheckResult.NotTested("the attempt ended in an unknown way"),
        };
}
