using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>The scan's transport: every socket, every bound, and the rules of where credentials may go.</summary>
internal sealed class ScanTransport : IScanTransport, IDisposable, IAsyncDisposable
{
    private readonly ScanRequest _request;
    private readonly Places _places;
    private readonly ObservedServerTrust _trust;
    private readonly ApplicationCredentials _credentials;
    private readonly ConnectionPool _pool;
    private readonly ConcurrentDictionary<string, Task<Exchange>> _answered = new(StringComparer.Ordinal);

    /// <summary>A transport for one scan; its clock starts now.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="time">The clock.</param>
    public ScanTransport(ScanRequest request, TimeProvider time)
    {
        _request = request;
        Time = time;
        Budget = new ProbeBudget(request.Limits, request.Mode, time);
        Redaction = Redaction.For(request);
        _places = new Places(request);
        _trust = new ObservedServerTrust(request.ServerRoots, time);
        _credentials = new ApplicationCredentials(Redaction, (identity, request, cancel) => LoginTrials.OnceAsync(this, identity, request, cancel), time);
        _pool = new ConnectionPool(time);
        Silent = new SilentRefusals(RenewedAsync);
    }

    /// <inheritdoc/>
    public TransportCounts Counts => Budget.Counts;

    /// <summary>The places and their addresses.</summary>
    public Places Places => _places;

    /// <summary>Hides the scan's secrets.</summary>
    public Redaction Redaction { get; }

    /// <summary>Tells refusals by a close from lost connections.</summary>
    public SilentRefusals Silent { get; }

    /// <summary>The bounds.</summary>
    internal ProbeBudget Budget { get; }

    /// <summary>What probes may do.</summary>
    internal ScanMode Mode => _request.Mode;

    /// <summary>The clock.</summary>
    internal TimeProvider Time { get; }

    /// <inheritdoc/>
    public async Task<HelloExchange> HelloAsync(Route route, HelloRequest hello, CancellationToken cancellationToken)
    {
        Guard(route);
        Budget.TakeConnection();
        using IDisposable slot = await Budget.EnterHandshakeAsync(cancellationToken).ConfigureAwait(false);
        long start = Time.GetTimestamp();
        try
        {
            Stream stream = await _places.ConnectAsync(route, Budget.ProbeTime, Time, cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                HelloLimits limits = new() { Timeout = Budget.ProbeTime, Time = Time };
                HelloAnswer answer = await HelloProbe.SendAsync(stream, hello, limits, cancellationToken).ConfigureAwait(false);
                return new HelloExchange { Route = route, Hello = hello, Answer = answer, Duration = Time.GetElapsedTime(start) };
            }
        }
        catch (IOException e)
        {
            return new HelloExchange { Route = route, Hello = hello, Unreachable = e.Message, Duration = Time.GetElapsedTime(start) };
        }
    }

    /// <inheritdoc/>
    public Func<CancellationToken, ValueTask<Stream>> Connector(Route route)
    {
        Guard(route);
        return async cancellationToken =>
        {
            Budget.TakeConnection();
            return await _places.ConnectAsync(route, Budget.ProbeTime, Time, cancellationToken).ConfigureAwait(false);
        };
    }

    /// <inheritdoc/>
    public async Task<Exchange> ExchangeAsync(Ask ask, CancellationToken cancellationToken)
    {
        Guard(ask);
        if (!ask.Reusable || ask.Script is not null)
        {
            return await SettledAsync(ask, cancellationToken).ConfigureAwait(false);
        }

        string key = AskKey.Of(ask);
        if (_answered.TryGetValue(key, out Task<Exchange>? earlier))
        {
            try
            {
                Exchange same = await earlier.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (Tells(same))
                {
                    Budget.Save();
                    return same with { Ask = same.Ask with { Title = ask.Title } };
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Whoever asked first gave up; that answers nothing.
            }
        }

        Task<Exchange> own = SettledAsync(ask, cancellationToken);
        _answered[key] = own;
        return await own.ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task<LiveConnection> ConnectAsync(Ask ask, CancellationToken cancellationToken)
    {
        Guard(ask with { Request = null });
        return OpenAsync(ask, _places.MayHaveCredentials(ask.Route), cancellationToken);
    }

    /// <inheritdoc/>
    public LoginTrials? LoginsOf(Identity identity) => identity.Login is { } login ? new(this, identity, login) : null;

    /// <inheritdoc/>
    public void BeginRestoring() => Budget.BeginRestoring();

    /// <inheritdoc/>
    public Task<PresentedCredentials> CredentialsAsync(Identity identity, CancellationToken cancellationToken) => _credentials.PresentedAsync(identity, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Budget.Dispose();

    /// <summary>Closes the kept-alive connections too.</summary>
    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync().ConfigureAwait(false);
        Budget.Dispose();
    }

    /// <summary>Refuses what the scan may not send.</summary>
    /// <param name="ask">The ask.</param>
    /// <exception cref="ProbeRefusedException">It is above the scan's mode, or goes to a place the user did not name.</exception>
    internal void Guard(Ask ask)
    {
        Guard(ask.Route);
        ScanMode needed = ask.Request is { Method: not ("GET" or "HEAD" or "OPTIONS") } && ask.Mode < ScanMode.Active ? ScanMode.Active : ask.Mode;
        if (needed > _request.Mode)
        {
            string name = needed == ScanMode.Active ? "active" : "intrusive";
            throw new ProbeRefusedException($"the probe \"{ask.Title}\" is {name}, the scan is not", $"--mode {name}");
        }
    }

    /// <summary>
    /// A connection to an identity's login. The configured login is allowed in every mode (CONTRACTS.md); it goes with the identity's certificate
    /// and nothing else, to the identity's own login host when it has one: a password for that host is not the target's to see.
    /// </summary>
    /// <param name="identity">The identity.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    internal Task<LiveConnection> ConnectLoginAsync(Identity identity, CancellationToken cancellationToken)
    {
        Ask ask = new() { Title = $"login of {identity.Name}", Route = Route.To(identity.Login?.Origin ?? _request.Target), Actor = Actor.Of(identity) with { Application = null } };
        return OpenAsync(ask, withCertificate: true, cancellationToken);
    }

    /// <summary>Completes a request and adds the actor's application credentials where they may go.</summary>
    /// <param name="ask">The ask.</param>
    /// <param name="opened">The connection it goes over.</param>
    /// <param name="cancellationToken">Cancels a login.</param>
    internal async Task<Prepared> PrepareAsync(Ask ask, Exchange opened, CancellationToken cancellationToken)
    {
        RawHttpRequest request = ask.Request ?? new RawHttpRequest();
        request = request with
        {
            Host = request.Host ?? opened.Ask.Route.Host,
            // An ask that was shown before holds masks: asked again, it brings the credentials themselves, never the mask as a token.
            Headers = Complete([.. request.Headers.Where(h => h.Value != Redaction.Mask)]),
            Scheme = opened.Ask.Route.Tls ? request.Scheme : "http",
        };
        Ask shown = ask with { Request = request };
        bool own = ask.Actor.Presented is null;
        if (own ? ask.Actor.Application is null || !ApplicationCredentials.Has(ask.Actor.Application) : ask.Actor.Presented is { IsEmpty: true })
        {
            return new Prepared(shown, request, null);
        }

        if (Obstacle(opened) is { } obstacle)
        {
            return new Prepared(shown, request, obstacle);
        }

        LoginResult credentials = ask.Actor switch
        {
            { Presented: { } presented } => new LoginResult([.. presented.Select(Revealed)], null),
            { Application: { } identity } => await _credentials.HeadersAsync(identity, cancellationToken).ConfigureAwait(false),
            _ => new LoginResult([], null),
        };
        ImmutableArray<HttpHeader> added = [.. credentials.Headers.Where(h => !Has(request.Headers, h.Name))];
        request = own && !ask.Anonymous && Has(added, "cookie") ? OwnPage.Sends(request) : request;
        return new Prepared(
            shown with { Request = request with { Headers = [.. request.Headers, .. added.Select(h => h with { Value = Redaction.Mask })] } },
            request with { Headers = [.. request.Headers, .. added] },
            credentials.Failure);
    }

    /// <summary>Puts an exchange together when its last answer was read.</summary>
    /// <param name="exchange">What is known of it.</param>
    /// <param name="session">The session, for what came late.</param>
    /// <param name="outcome">How the request ended; <c>null</c> when none was sent.</param>
    /// <param name="prepared">The request.</param>
    internal Exchange Finish(Exchange exchange, TlsSession? session, HttpOutcome? outcome, Prepared prepared)
    {
        // A deadline that cut the probe short says nothing of the server.
        _ = outcome is HttpOutcome.TimedOut ? Budget.ProbeTime : default;

        return exchange with
        {
            Opening = session is null ? exchange.Opening : new Opening.Secured(SessionFacts.Of(session)),
            Http = outcome,
            Withheld = prepared.Withheld,
        };
    }

    // A time-out or a lost connection is about that moment only: it answers nobody else.
    private static bool Tells(Exchange exchange) => exchange.Opening is not (Opening.Unreachable or Opening.TimedOut) && exchange.Http is not HttpOutcome.TimedOut;

    private static bool Has(ImmutableArray<HttpHeader> headers, string name) => headers.Any(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static ImmutableArray<HttpHeader> Complete(ImmutableArray<HttpHeader> headers)
    {
        ImmutableArray<HttpHeader> own = [new("user-agent", "sallyport"), new("accept", "*/*")];
        return [.. own.Where(h => !Has(headers, h.Name)), .. headers];
    }

    private void Guard(Route route)
    {
        if (!_places.IsNamed(route))
        {
            throw new ProbeRefusedException($"{route.Place} was not named by the user", $"origins: [{route.Place}]");
        }
    }

    private ImmutableArray<string> Names(Route route) =>
        [route.Place.Host, .. _request.Names.Where(name => route.ServerNames.Any(sni => sni.SequenceEqual(HelloRequest.RawName(name))))];

    private string? Obstacle(Exchange opened) => _places.MayHaveCredentials(opened.Ask.Route) ? Distrust(opened) : "they go only to the target and its origins";

    /// <summary>Why a server may have no credentials; <c>null</c> when it may.</summary>
    /// <param name="opened">How the connection to it opened.</param>
    internal static string? Distrust(Exchange opened) => (opened.Trust, opened.Ask.Route) switch
    {
        (_, { Tls: false }) => null,
        (ServerTrust.Verified, _) => null,
        (ServerTrust.Distrusted distrusted, _) => $"the server is not trusted: {distrusted.Reason}",
        _ => "the server showed no certificate",
    };

    private HttpHeader Revealed(PresentedHeader header)
    {
        string value = header.Value.Reveal();
        Redaction.Learn(value);
        // A server may echo the token without its scheme, or a cookie without its name.
        if (value.IndexOfAny([' ', '=']) is > 0 and var cut && cut + 1 < value.Length)
        {
            Redaction.Learn(value[(cut + 1)..]);
        }

        return new HttpHeader(header.Name, value);
    }

    private async Task<Exchange> SettledAsync(Ask ask, CancellationToken cancellationToken) =>
        await Silent.SettledAsync(ask, await RenewedAsync(ask, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    // A login's yield may have ended early (a sign-out, a restart): the identity logs in once more before its refusal counts.
    private async Task<Exchange> RenewedAsync(Ask ask, CancellationToken cancellationToken)
    {
        Exchange exchange = await OnceAsync(ask, cancellationToken).ConfigureAwait(false);
        return exchange.Status == 401 && ask.Actor is { Presented: null, Application: { Login: not null } identity } && _credentials.Renew(identity)
            ? await OnceAsync(ask, cancellationToken).ConfigureAwait(false)
            : exchange;
    }

    private Task<Exchange> OnceAsync(Ask ask, CancellationToken cancellationToken) => ask is { Pooled: true, Script: null, Request: not null }
        ? PooledAsync(ask, cancellationToken)
        : FreshAsync(ask, cancellationToken);

    private async Task<Exchange> PooledAsync(Ask ask, CancellationToken cancellationToken)
    {
        long start = Time.GetTimestamp();
        string key = AskKey.Connection(ask);
        bool repeatable = ask.Request is { Method: "GET" or "HEAD" or "OPTIONS" };
        LiveConnection? kept = repeatable ? await _pool.TakeAsync(key).ConfigureAwait(false) : null;
        if (kept is not null)
        {
            Exchange exchange = await SentAsync(kept, key, ask, cancellationToken).ConfigureAwait(false);
            // The server may have closed it while it was idle: that says nothing of this request.
            if (exchange is { NotSent: null, Http: HttpOutcome.Answered })
            {
                return exchange with { Duration = Time.GetElapsedTime(start) };
            }

            start = Time.GetTimestamp();
        }

        LiveConnection fresh = await ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        return await SentAsync(fresh, key, ask, cancellationToken).ConfigureAwait(false) with { Duration = Time.GetElapsedTime(start) };
    }

    private async Task<Exchange> SentAsync(LiveConnection connection, string key, Ask ask, CancellationToken cancellationToken)
    {
        Exchange exchange;
        try
        {
            exchange = await connection.SendAsync(ask, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        await _pool.GiveAsync(key, connection).ConfigureAwait(false);
        return exchange;
    }

    private async Task<Exchange> FreshAsync(Ask ask, CancellationToken cancellationToken)
    {
        long start = Time.GetTimestamp();
        LiveConnection live = await ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            Exchange exchange = ask.Request is null ? live.Opened : await live.SendAsync(ask, cancellationToken).ConfigureAwait(false);
            return exchange with { Duration = Time.GetElapsedTime(start) };
        }
    }

    private async Task<LiveConnection> OpenAsync(Ask ask, bool withCertificate, CancellationToken cancellationToken)
    {
        Budget.TakeConnection();
        using IDisposable slot = await Budget.EnterHandshakeAsync(cancellationToken).ConfigureAwait(false);
        long start = Time.GetTimestamp();
        Exchange opened = new() { Ask = ask with { Request = null }, Opening = new Opening.Plain(), Redaction = Redaction };
        Stream stream;
        try
        {
            stream = await _places.ConnectAsync(ask.Route, Budget.ProbeTime, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            bool closed = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused };
            return new LiveConnection(this, opened with { Opening = new Opening.Unreachable(e.Message, closed), Duration = Time.GetElapsedTime(start) }, null);
        }

        if (!ask.Route.Tls)
        {
            return new LiveConnection(this, opened with { Duration = Time.GetElapsedTime(start) }, new PlainChannel(stream));
        }

        HandshakeOutcome outcome;
        try
        {
            outcome = await TlsClient.HandshakeAsync(stream, UsualScript.For(ask, withCertificate, Budget.ProbeTime), Time, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            // The deadline, a cancel or a script that cannot be: nobody else will close what was opened.
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        opened = opened with { Opening = Openings.Of(outcome), Transcript = outcome.Transcript, Duration = Time.GetElapsedTime(start) };
        if (outcome is not HandshakeOutcome.Completed completed)
        {
            return new LiveConnection(this, opened, null);
        }

        // A key that decrypted the RSA key exchange is proved by Finished; nothing else is without a signature that we could check.
        TlsSession session = completed.Session;
        bool? proved = session.ServerSignatureValid ?? (session.Suite.IsStaticRsa ? true : null);
        opened = opened with { Trust = _trust.Judge(session.ServerCertificates, proved, Names(ask.Route)) };
        return new LiveConnection(this, opened, session);
    }
}
