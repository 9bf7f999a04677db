using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Transport;

/// <summary>The only way to the network. Keeps every bound of the scan, whatever the checks want.</summary>
/// <remarks>
/// Everything that a server does is in the results. Exceptional are only: the caller's cancel (<see cref="OperationCanceledException"/>),
/// a spent budget (<see cref="BudgetException"/>) and a probe that is not allowed (<see cref="ProbeRefusedException"/>); checks let all three pass.
/// </remarks>
internal interface IScanTransport
{
    /// <summary>What was spent so far.</summary>
    TransportCounts Counts { get; }

    /// <summary>Sends one ClientHello on a fresh connection and reads what is readable of the answer, without keys.</summary>
    /// <param name="route">Where to; its server names are not used, the hello's are.</param>
    /// <param name="hello">What to say.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    Task<HelloExchange> HelloAsync(Route route, HelloRequest hello, CancellationToken cancellationToken);

    /// <summary>A way to fresh connections for enumerations that speak for themselves; each is counted, bounded and owned by its caller.</summary>
    /// <param name="route">Where to.</param>
    /// <returns>Throws <see cref="IOException"/> when there is no TCP connection.</returns>
    Func<CancellationToken, ValueTask<Stream>> Connector(Route route);

    /// <summary>One connection: handshake, then the ask's request when it has one, then close.</summary>
    /// <param name="ask">What to do.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    Task<Exchange> ExchangeAsync(Ask ask, CancellationToken cancellationToken);

    /// <summary>From now on only what undoes writes is sent: it may take 15 s more than the deadline, and exceeds the number of requests.</summary>
    void BeginRestoring();

    /// <summary>The application credentials that an identity presents now; its login is made when it was not yet, or when it has expired.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels a login.</param>
    Task<PresentedCredentials> CredentialsAsync(Identity identity, CancellationToken cancellationToken);

    /// <summary>Attempts to log in as an identity, to be looked at; apart from the login that its other requests rest on.</summary>
    /// <param name="identity">The identity.</param>
    /// <returns><c>null</c> when it has no login. The caller disposes it.</returns>
    LoginTrials? LoginsOf(Identity identity);

    /// <summary>One connection that stays open for several steps. The ask's own request is not sent.</summary>
    /// <param name="ask">How to open it.</param>
    /// <param name="cancellationToken">Cancels the probe.</param>
    /// <returns>The connection, open or not: see <see cref="LiveConnection.IsOpen"/>. The caller disposes it.</returns>
    Task<LiveConnection> ConnectAsync(Ask ask, CancellationToken cancellationToken);
}
