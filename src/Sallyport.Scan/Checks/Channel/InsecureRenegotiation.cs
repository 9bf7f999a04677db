using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-010: no secure renegotiation.</summary>
internal sealed class InsecureRenegotiation : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-010",
        Title = "The server does not know secure renegotiation",
        Category = Category.Encryption,
        Severity = Severity.High,
        Standards = new() { Cwe = [757, 310], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.1"] },
        Needs = [Need.Tls],
        Why = "Old renegotiation does not tie the new handshake to the session it happens in: an attacker opens a session, sends the start of a request, and "
            + "lets the victim's handshake follow as a renegotiation. The server then takes both for one client's, client certificate included.",
        Impact = "The attacker's request is executed with the victim's certificate.",
        How = "A hello of the newest version up to TLS 1.2 offers renegotiation_info; without an answer clients cannot tell, which is medium. In intrusive mode one "
            + "renegotiation is started: when it completes, the rule is high.",
        Sources = ["RFC 5746", "CVE-2009-3555"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        HelloExchange? exchange = await context.Channel.FlightAsync(cancellationToken).ConfigureAwait(false);
        if (exchange is null)
        {
            return ChannelOutcome.NoClassic(await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false));
        }

        if (exchange.Flight is not { } flight)
        {
            return new() { Probes = [new(ChannelOutcome.Undecided("a hello that offers secure renegotiation", exchange))] };
        }

        if (flight.SecureRenegotiation)
        {
            return CheckResult.Passed();
        }

        bool completed = context.Request.Mode == ScanMode.Intrusive && context.Survey.Tls12 == true
            && await Renegotiation.TryAsync(context, cancellationToken).ConfigureAwait(false) is Renegotiation.Attempt.Completed;
        return new()
        {
            Probes =
            [
                new(ChannelOutcome.Failed(
                    completed ? Severity.High : Severity.Medium,
                    "renegotiation_info is answered",
                    completed ? "the server did not answer renegotiation_info, and completed a renegotiation" : "the server did not answer renegotiation_info",
                    exchange.ToEvidence("renegotiation_info offered"))),
            ],
        };
    }
}
