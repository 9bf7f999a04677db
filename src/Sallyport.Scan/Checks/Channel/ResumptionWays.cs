using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-016: whether sessions up to TLS 1.2 are resumed by session id, by ticket, or by both.</summary>
internal sealed class ResumptionWays : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-016",
        Title = "How sessions up to TLS 1.2 can be resumed",
        Category = Category.Encryption,
        Severity = null,
        Standards = new() { Cwe = [613], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"] },
        Needs = [Need.Tls],
        Why = "A session id points into the server's cache and ends with it; a ticket carries the session and lives as long as its key. Whoever wants to end sessions must know which of the two are in use.",
        Impact = "None by itself.",
        How = "Two hellos, with and without the session_ticket extension: the server's hello shows whether it gives an id, a ticket, or both.",
        Sources = ["RFC 5246, section 7.4.1.3", "RFC 5077"],
        Remedies = LimitResumption.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        HelloExchange? both = await context.Channel.FlightAsync(cancellationToken).ConfigureAwait(false);
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (both is null || versions.NewestClassic is not { } classic)
        {
            return ChannelOutcome.NoClassic(versions);
        }

        HelloExchange alone = await context.Channel.BareFlightAsync(both, versions.Of(classic), cancellationToken).ConfigureAwait(false);
        if (both.Flight is not { } ticket || alone.Flight is not { } id)
        {
            return new() { Probes = [new(ChannelOutcome.Undecided("hellos with and without session_ticket", both.Flight is null ? both : alone))] };
        }

        string ways = (id.SessionId.IsEmpty, ticket.SessionTicketOffered) switch
        {
            (false, true) => "by session id and by ticket",
            (false, false) => "by session id",
            (true, true) => "by ticket",
            (true, false) => "not at all",
        };
        return CheckResult.Passed().With(new Fact(Info.Id, $"Resumption offered in {SpokenVersions.Name(classic)}", ways));
    }
}
