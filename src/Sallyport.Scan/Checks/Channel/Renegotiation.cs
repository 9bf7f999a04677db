using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>One renegotiation that the client starts, in TLS 1.2.</summary>
internal static class Renegotiation
{
    /// <summary>What came of it.</summary>
    internal abstract record Attempt
    {
        private Attempt()
        {
        }

        /// <summary>A second handshake was completed within the first session.</summary>
        /// <param name="Opened">The connection.</param>
        internal sealed record Completed(Exchange Opened) : Attempt;

        /// <summary>The server said no, or ended the connection.</summary>
        internal sealed record Refused : Attempt;

        /// <summary>Nothing that decides.</summary>
        /// <param name="Reason">Why.</param>
        internal sealed record Undecided(string Reason) : Attempt;
    }

    /// <summary>Opens a TLS 1.2 session, as A when there is one, and starts one renegotiation.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public static async Task<Attempt> TryAsync(CheckContext context, CancellationToken cancellationToken)
    {
        Ask ask = new()
        {
            Title = "renegotiation started by the client",
            Route = context.Route,
            Actor = context.Survey.A is { } a ? Actor.Of(a) with { Application = null } : Actor.Nobody,
            Version = TlsVersion.Tls12,
            Mode = Findings.ScanMode.Intrusive,
        };
        LiveConnection live = await context.Transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            if (live.Tls is not { } session)
            {
                return new Attempt.Undecided($"no TLS 1.2 session: {live.Opened.Summary}");
            }

            using CancellationTokenSource patience = new(context.Request.Limits.ProbeTimeout, context.Time);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            try
            {
                return await session.RenegotiateAsync(limit.Token).ConfigureAwait(false) switch
                {
                    null => new Attempt.Completed(live.Opened),
                    ChannelRead.Alerted { Alert.IsCloseNotify: false } => new Attempt.Refused(),
                    ChannelRead.Alerted or ChannelRead.Closed => await HoldsSessionsAsync(context, ask, cancellationToken).ConfigureAwait(false)
                        ? new Attempt.Refused()
                        : new Attempt.Undecided("the server ended the session, and may end every session: a request in one gets no answer"),
                    ChannelRead.Malformed malformed => new Attempt.Undecided($"the renegotiation broke off: {malformed.Reason}"),
                    _ => new Attempt.Undecided("the server sent data instead of an answer"),
                };
            }
            catch (System.OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new Attempt.Undecided("the server neither renegotiated nor refused in time");
            }
        }
    }

    // A close answers the renegotiation only where a session without one is held open.
    private static async Task<bool> HoldsSessionsAsync(CheckContext context, Ask ask, CancellationToken cancellationToken) =>
        (await context.Transport.ExchangeAsync(ask with { Title = "the same session without renegotiation", Request = context.ProtectedRequest, Mode = Findings.ScanMode.Safe }, cancellationToken)
            .ConfigureAwait(false)).Answer is not null;
}
