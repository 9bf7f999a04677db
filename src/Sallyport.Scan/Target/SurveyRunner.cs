using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Target;

/// <summary>Finds out, once, what every check needs to know of the target.</summary>
internal sealed class SurveyRunner
{
    private const int MaxCandidates = 5;
    private const int MaxHellos = 40;
    private readonly ScanRequest _request;
    private readonly ScanTransport _transport;
    private readonly ControlOracle _oracle;
    private readonly ClientCredential _stranger;
    private readonly Identity? _a;
    private readonly Identity? _b;
    private readonly Identity? _caller;
    private readonly Route _route;

    /// <summary>A survey of one target.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="transport">The way to the network.</param>
    /// <param name="oracle">Learns the baselines; gets its control from here.</param>
    /// <param name="stranger">A self-signed certificate with its key: "G" of the control triple.</param>
    public SurveyRunner(ScanRequest request, ScanTransport transport, ControlOracle oracle, ClientCredential stranger)
    {
        _request = request;
        _transport = transport;
        _oracle = oracle;
        _stranger = stranger;
        _route = Route.To(request.Target);
        _a = request.Identities.FirstOrDefault(i => i is { State: IdentityState.Valid, HasCertificate: true });
        _caller = _a ?? request.Identities.FirstOrDefault(i => i.State == IdentityState.Valid && ApplicationCredentials.Has(i));
        _b = request.Identities.FirstOrDefault(i => i is { State: IdentityState.Valid, HasCertificate: true } && i != _a && _a is not null && !i.Chain[0].AsSpan().SequenceEqual(_a.Chain[0].AsSpan()));
    }

    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>What is known; <see cref="Survey.Failure"/> says why when nothing is.</returns>
    public async Task<Survey> RunAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<(Operation Operation, string Path)> candidates = ProtectedOperations.Candidates(_request, _caller);
        RawHttpRequest first = candidates.IsEmpty ? new() { Target = _request.Target.Path + "/" } : Request(candidates[0]);
        ImmutableArray<SurveyedHandshake> handshakes = _request.Target.Tls ? await HandshakesAsync(first, cancellationToken).ConfigureAwait(false) : [];
        if (await FailureAsync(handshakes, first, cancellationToken).ConfigureAwait(false) is { } failure)
        {
            return new() { Address = Address, Failure = failure, A = _a, B = _b, Caller = _caller };
        }

        (BaselineResult? learned, (Operation Operation, string Path)? chosen) = await LearnAsync(candidates, cancellationToken).ConfigureAwait(false);
        Baseline? control = (learned as BaselineResult.Learned)?.Baseline;
        if (control is not null && !handshakes.IsEmpty && chosen is { } operation && Request(operation) != first)
        {
            handshakes = await HandshakesAsync(Request(operation), cancellationToken).ConfigureAwait(false);
        }

        _oracle.Control = control;
        ImmutableArray<Verdict> nobody = await JudgeNobodyAsync(handshakes, control, cancellationToken).ConfigureAwait(false);
        (Verdict? stranger, Baseline? ofB) = await OthersAsync(control, chosen, cancellationToken).ConfigureAwait(false);
        control = Sharpened(control, handshakes, stranger, ofB);
        _oracle.Control = control;
        bool http2 = _request.Target.Tls && await OffersHttp2Async(control, cancellationToken).ConfigureAwait(false);
        ImmutableArray<Exchange> seen = [.. handshakes.Select(h => h.Nobody), .. control is null ? [] : (Exchange[])[control.First]];
        SessionFacts? session = seen.Select(e => e.Session).FirstOrDefault(s => s is { ServerCertificates.IsEmpty: false });
        ServerTrust trust = seen.Select(e => e.Trust).FirstOrDefault(t => t is not ServerTrust.NotSeen) ?? new ServerTrust.NotSeen();
        bool later = seen.Any(e => e.Session is { } s && (!s.LaterCertificateRequests.IsEmpty || s.RenegotiationRequested));
        return new()
        {
            Address = Address,
            Handshakes = handshakes,
            Tls12 = Version(handshakes, TlsVersion.Tls12)?.Offered,
            Tls13 = Version(handshakes, TlsVersion.Tls13)?.Offered,
            Http2 = http2,
            Requested12 = Asked(Version(handshakes, TlsVersion.Tls12)),
            Requested13 = Asked(Version(handshakes, TlsVersion.Tls13)),
            RequestedLater = later,
            ServerChain = session?.ServerCertificates ?? [],
            ServerTrusted = trust is ServerTrust.Verified,
            ServerDistrust = (trust as ServerTrust.Distrusted)?.Reason,
            OtherNames = ServerNames.Others(_request, session?.ServerCertificates ?? []),
            A = _a,
            Caller = _caller,
            B = _b,
            ProtectedOperation = chosen?.Operation,
            ProtectedPath = chosen?.Path,
            ProtectionDeclared = chosen is { } c && ProtectedOperations.IsDeclared(_request, c.Operation),
            BaselineSucceeded = control is not null,
            BaselineFailure = (learned as BaselineResult.Failed)?.Reason,
            Control = control,
            ControlOfB = ofB,
            Stranger = stranger,
            Authentication = Authentication(handshakes, nobody, learned, later),
            Stack = _request.Stack ?? StackHints.Guess(seen),
        };
    }

    private IPEndPoint Address => _transport.Places.Reached(_route) ?? _request.ConnectTo ?? new IPEndPoint(IPAddress.None, _request.Target.Port);

    private Actor Nobody => _a is null ? Actor.Nobody : Actor.Of(_a).WithoutCertificate();

    private static RawHttpRequest Request((Operation Operation, string Path) chosen) => new() { Method = chosen.Operation.Method, Target = chosen.Path };

    private static SurveyedHandshake? Version(ImmutableArray<SurveyedHandshake> handshakes, TlsVersion version) => handshakes.FirstOrDefault(h => h.Version == version);

    private static bool? Asked(SurveyedHandshake? handshake) => handshake?.State switch
    {
        RequestState.Requested => true,
        RequestState.NotRequested => false,
        _ => null,
    };

    // Markers must not be in what N, G and B get; only now is that known.
    private static Baseline? Sharpened(Baseline? control, ImmutableArray<SurveyedHandshake> handshakes, Verdict? stranger, Baseline? ofB)
    {
        IEnumerable<Exchange?> others = handshakes.Select(h => (Exchange?)h.Nobody).Append(stranger?.Judged).Append(ofB?.First);
        return control?.Sharpened(others.OfType<Exchange>());
    }

    private static AuthVerdict Authentication(ImmutableArray<SurveyedHandshake> handshakes, ImmutableArray<Verdict> nobody, BaselineResult? learned, bool later)
    {
        ObservedTreatment Of(TlsVersion version)
        {
            int index = handshakes.IndexOf(Version(handshakes, version)!); // an absent version has index -1
            return index < 0 ? new ObservedTreatment.NotAsked() : Treatment(nobody[index], learned is BaselineResult.Learned);
        }

        return AuthVerdict.Decide(new()
        {
            Tls12 = Version(handshakes, TlsVersion.Tls12)?.State ?? RequestState.NotOffered,
            Tls13 = Version(handshakes, TlsVersion.Tls13)?.State ?? RequestState.NotOffered,
            RequestedLater = later,
            Nobody12 = Of(TlsVersion.Tls12),
            Nobody13 = Of(TlsVersion.Tls13),
            Valid = learned switch
            {
                null => new ObservedTreatment.NotAsked(),
                BaselineResult.Learned => new ObservedTreatment.Accepted(),
                BaselineResult.Failed { Exchange: { } exchange } when VerdictRules.Refused(exchange) is { } refused => ObservedTreatment.Of(refused),
                BaselineResult.Failed failed => new ObservedTreatment.Undecided($"the control request of the valid identity: {failed.Reason}"),
                _ => new ObservedTreatment.NotAsked(),
            },
        });
    }

    private static ObservedTreatment Treatment(Verdict verdict, bool compared) => (compared, verdict) switch
    {
        (true, _) or (_, Verdict.Rejected) => ObservedTreatment.Of(verdict),
        (false, { Judged.Answer: not null }) => new ObservedTreatment.Answered(),
        _ => new ObservedTreatment.Undecided(verdict.Detail),
    };

    private async Task<ImmutableArray<SurveyedHandshake>> HandshakesAsync(RawHttpRequest request, CancellationToken cancellationToken)
    {
        Task<SurveyedHandshake> newer = HandshakeAsync(TlsVersion.Tls13, request, cancellationToken);
        Task<SurveyedHandshake> older = HandshakeAsync(TlsVersion.Tls12, request, cancellationToken);
        return [.. await Task.WhenAll(newer, older).ConfigureAwait(false)];
    }

    private async Task<SurveyedHandshake> HandshakeAsync(TlsVersion version, RawHttpRequest request, CancellationToken cancellationToken)
    {
        Exchange exchange = await _transport.ExchangeAsync(Ask(version, request), cancellationToken).ConfigureAwait(false);
        CertificateRequestFacts? asked = exchange.Session?.CertificateRequest;
        if (version == TlsVersion.Tls12 && exchange.Opening is Opening.Alerted { AfterOurAnswer: true } or Opening.Closed { AfterOurAnswer: true })
        {
            // The refusal took the session with it; TLS 1.2 asks in clear, so a hello is enough to read the question.
            HelloRequest hello = HelloRequest.ForTls12(null) with { ServerNames = _route.ServerNames };
            asked = (await _transport.HelloAsync(_route, hello, cancellationToken).ConfigureAwait(false)).Flight?.CertificateRequest;
        }

        SurveyedHandshake seen = new() { Version = version, Nobody = exchange, Request = asked };
        return seen.IsRefusedForAnyReason ? seen with { Support = await SupportAsync(version, cancellationToken).ConfigureAwait(false) } : seen;
    }

    // A usual hello may lack the one suite or group that the server insists on: only who refuses them all does not speak the version.
    private async Task<VersionSupport> SupportAsync(TlsVersion version, CancellationToken cancellationToken)
    {
        SuiteScannerOptions options = new()
        {
            ServerName = _route.ServerNames.IsEmpty ? null : Encoding.Latin1.GetString(_route.ServerNames[0].AsSpan()),
            MaxConnections = MaxHellos,
            DetectPreference = false,
        };
        using SuiteScanner scanner = new(_transport.Connector(_route), options);
        return (await scanner.ScanVersionAsync(version, cancellationToken).ConfigureAwait(false)).Support;
    }

    private Ask Ask(TlsVersion version, RawHttpRequest request) => new()
    {
        Title = $"no certificate, {(version == TlsVersion.Tls13 ? "TLS 1.3" : "TLS 1.2")}",
        Route = _route,
        Actor = Nobody,
        Request = request,
        Version = version,
        Reusable = true,
    };

    private async Task<string?> FailureAsync(ImmutableArray<SurveyedHandshake> handshakes, RawHttpRequest request, CancellationToken cancellationToken)
    {
        if (!_request.Target.Tls)
        {
            Ask plain = new() { Title = "plain HTTP", Route = _route, Actor = Nobody, Request = request, Reusable = true };
            return SurveyFailures.OfPlain(await _transport.ExchangeAsync(plain, cancellationToken).ConfigureAwait(false));
        }

        if (handshakes.Any(h => h.Offered == true))
        {
            return null;
        }

        if (handshakes.Select(h => h.Nobody.Opening).OfType<Opening.Unreachable>().FirstOrDefault() is { } unreachable)
        {
            return unreachable.Reason;
        }

        HelloRequest hello = HelloRequest.ForTls12(null) with { ServerNames = _route.ServerNames };
        return SurveyFailures.Of(await _transport.HelloAsync(_route, hello, cancellationToken).ConfigureAwait(false));
    }

    private async Task<(BaselineResult? Learned, (Operation Operation, string Path)? Chosen)> LearnAsync(
        ImmutableArray<(Operation Operation, string Path)> candidates, CancellationToken cancellationToken)
    {
        if (candidates.IsEmpty)
        {
            return (null, null);
        }

        if (_caller is null)
        {
            return (null, candidates[0]);
        }

        BaselineResult? first = null;
        foreach ((Operation Operation, string Path) candidate in candidates.Take(MaxCandidates))
        {
            Ask ask = new() { Title = $"control: {_caller.Name}", Route = _route, Actor = Actor.Of(_caller), Request = Request(candidate), Reusable = true };
            BaselineResult result = await _oracle.LearnAsync(ask, cancellationToken).ConfigureAwait(false);
            if (result is BaselineResult.Learned)
            {
                return (result, candidate);
            }

            first ??= result;
        }

        return (first, candidates[0]);
    }

    private async Task<ImmutableArray<Verdict>> JudgeNobodyAsync(ImmutableArray<SurveyedHandshake> handshakes, Baseline? control, CancellationToken cancellationToken)
    {
        List<Verdict> verdicts = [];
        foreach (SurveyedHandshake handshake in handshakes)
        {
            verdicts.Add(control is not null
                ? await _oracle.JudgeAsync(handshake.Nobody.Ask with { Reusable = true }, cancellationToken).ConfigureAwait(false)
                : (Verdict?)VerdictRules.Refused(handshake.Nobody) ?? new Verdict.Undecided(handshake.Nobody.Summary, handshake.Nobody));
        }

        return [.. verdicts];
    }

    private async Task<(Verdict? Stranger, Baseline? OfB)> OthersAsync(Baseline? control, (Operation Operation, string Path)? chosen, CancellationToken cancellationToken)
    {
        if (control is null || chosen is not { } operation || _a is null)
        {
            return (null, null);
        }

        Ask stranger = control.Ask with { Title = "a self-signed stranger", Actor = Actor.Of(_a).With("stranger", _stranger), Reusable = false };
        Verdict treated = _oracle.Classify(await _transport.ExchangeAsync(stranger, cancellationToken).ConfigureAwait(false));
        if (_b is null || OperationPath.Resolve(operation.Operation, _b) is not { } path)
        {
            return (treated, null);
        }

        if (operation.Path == _request.Target.Path + path && PathOwner.IsOnly(path, _a, _b))
        {
            // What B gets at A's own resource is no control of B's: it is what MTLS-121 asks.
            return (treated, null);
        }

        Ask own = control.Ask with
        {
            Title = $"control: {_b.Name}",
            Actor = Actor.Of(_b),
            Request = new() { Method = operation.Operation.Method, Target = _request.Target.Path + path },
        };
        BaselineResult ofB = await _oracle.LearnAsync(own, cancellationToken).ConfigureAwait(false);
        return (treated, (ofB as BaselineResult.Learned)?.Baseline);
    }

    private async Task<bool> OffersHttp2Async(Baseline? control, CancellationToken cancellationToken)
    {
        if (control is not null)
        {
            // The control's request goes over it as well: a check wants to know what A gets there.
            Ask asked = control.Ask with { Title = "ALPN h2", Http = HttpFlavor.Http2, Reusable = true };
            return (await _transport.ExchangeAsync(asked, cancellationToken).ConfigureAwait(false)).Session?.Alpn == "h2";
        }

        Ask ask = new() { Title = "ALPN h2", Route = _route, Actor = _a is null ? Actor.Nobody : Actor.Of(_a) with { Application = null }, Http = HttpFlavor.Http2 };
        LiveConnection live = await _transport.ConnectAsync(ask, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            return live.Tls?.Alpn == "h2";
        }
    }
}
