using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Forge.Matrix;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Spec.Discovery;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Engine;

/// <summary>One surveyed target with its transport, its oracle, and what they hold open.</summary>
internal sealed class ScanSession : IScanSession
{
    private readonly ScanRequest _request;
    private readonly TimeProvider _time;
    private readonly ScanTransport _transport;
    private readonly ControlOracle _oracle;
    private readonly Stranger _stranger;
    private readonly SharedProbes _shared = new();
    /// <summary>Whoever calls back does it while it answers or at once after it. Patience for slow answers is none for calls that never come.</summary>
    private static readonly TimeSpan s_callback = TimeSpan.FromSeconds(5);

    private readonly CallbackListener? _callback;
    private readonly HookRunner? _hooks;
    private readonly Lazy<IdentityMatrix>? _matrix;
    private readonly ChannelProfile _channel;
    private readonly NameSurvey _names = new();
    private readonly ApiMap _api;
    private readonly WriteJournal _writes;
    private Action<WriteRecord>? _noted;

    private ScanSession(ScanRequest request, TimeProvider time, ScanTransport transport, ControlOracle oracle, Stranger stranger, Survey survey)
    {
        (_request, _time, _transport, _oracle, _stranger, Survey) = (request, time, transport, oracle, stranger, survey);
        TimeSpan patience = request.Limits.ProbeTimeout;
        TimeSpan patienceOfCallers = patience < s_callback ? patience : s_callback;
        _callback = (survey.Failure, request.CallbackZone) switch
        {
            (not null, _) => null,
            (_, { } zone) => CallbackListener.TryStartNamed(zone, patienceOfCallers, time, transport.Redaction),
            _ when request.Callback is not null || survey.IsLoopback => CallbackListener.TryStart(request.Callback, patienceOfCallers, time, transport.Redaction),
            _ => null,
        };
        _hooks = request.AllowHooks && request.Mode == ScanMode.Intrusive ? new HookRunner(request.Hooks, TimeSpan.FromSeconds(30), time) : null;
        // The rest of the connections is for everything that is no enumeration.
        _channel = new ChannelProfile(transport, Route.To(request.Target), Math.Clamp(request.Limits.Connections / 4 * 3, 1, 10_000), patience, time, [.. survey.Handshakes.Where(static one => one.Offered == true).Select(static one => one.Version)]);
        _api = new ApiMap(request, survey, transport, oracle, stranger.Credential);
        _writes = new WriteJournal(transport, record => _noted?.Invoke(record));
        _matrix = survey.A is { } a ? new Lazy<IdentityMatrix>(() => ForgeInput.Create(request, survey, a, _callback, time)) : null;
    }

    /// <inheritdoc/>
    public Survey Survey { get; }

    /// <inheritdoc/>
    public ScanRequest Complete(ScanRequest request) => _request;

    /// <inheritdoc/>
    public ScanTraffic Traffic => new(_transport.Counts.Requests, _transport.Counts.Saved, _transport.Counts.Connections);

    /// <inheritdoc/>
    public ImmutableArray<MatrixCell> Matrix => [.. Cells().Distinct()];

    /// <inheritdoc/>
    public ImmutableArray<string> MintedSerials => _matrix is { IsValueCreated: true } ? [.. _matrix.Value.MintedSerials.Select(minted => minted.Serial)] : [];

    /// <inheritdoc/>
    public ImmutableArray<WriteRecord> Writes => _writes.Records;

    /// <inheritdoc/>
    public void Watch(Action<WriteRecord> noted) => _noted = noted;

    /// <inheritdoc/>
    public async Task RestoreAsync() => await _writes.DisposeAsync().ConfigureAwait(false);

    /// <summary>Surveys a target.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the survey.</param>
    public static async Task<IScanSession> OpenAsync(ScanRequest request, TimeProvider time, CancellationToken cancellationToken)
    {
        ScanTransport transport = new(request, time);
        Stranger stranger = new(time);
        try
        {
            // One path that no API has is asked once for each place and actor, not once for each baseline.
            string sibling = "sallyport-" + Guid.NewGuid().ToString("N");
            ControlOracle oracle = new(transport, () => sibling);
            Survey survey = await new SurveyRunner(request, transport, oracle, stranger.Credential).RunAsync(cancellationToken).ConfigureAwait(false);
            (ScanRequest completed, survey) = await DescribedAsync(request, survey, transport, oracle, stranger, cancellationToken).ConfigureAwait(false);
            return new ScanSession(completed, time, transport, oracle, stranger, survey);
        }
        catch
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            stranger.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CheckContext ContextFor(CheckInfo check) => new()
    {
        Request = _request,
        Survey = Survey,
        Transport = _transport,
        Oracle = _oracle,
        Time = _time,
        Channel = _channel,
        Callback = _callback,
        Hooks = _hooks,
        Forge = _matrix,
        Stranger = _stranger.Credential,
        Shared = _shared,
        Names = _names,
        Api = _api,
        Writes = _writes,
    };

    /// <inheritdoc/>
    public Task<bool> ControlStillHoldsAsync(Task patience, CancellationToken cancellationToken) => _oracle.ControlStillHoldsAsync(patience, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SilentRefusalsHoldAsync(CancellationToken cancellationToken) => _transport.Silent.StillHoldAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _writes.DisposeAsync().ConfigureAwait(false);
        if (_hooks is not null)
        {
            await _hooks.DisposeAsync().ConfigureAwait(false);
        }

        if (_callback is not null)
        {
            await _callback.DisposeAsync().ConfigureAwait(false);
        }

        if (_matrix is { IsValueCreated: true })
        {
            _matrix.Value.Dispose();
        }

        _stranger.Dispose();
        _channel.Dispose();
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<(ScanRequest Request, Survey Survey)> DescribedAsync(
        ScanRequest request, Survey survey, ScanTransport transport, ControlOracle oracle, Stranger stranger, CancellationToken cancellationToken)
    {
        if (survey.Failure is not null)
        {
            return (request, survey);
        }

        Actor asker = survey.Caller is { } a ? Actor.Of(a) : Actor.Nobody;
        Surroundings around = await Surroundings.LookAsync(request, transport, asker, cancellationToken).ConfigureAwait(false);
        if (around.Failure is null && !ReferenceEquals(around.Request, request) && survey.ProtectedOperation is not { DeclaredProtected: true })
        {
            // The description may name a better operation to ask: what is known so far was asked without it.
            survey = await new SurveyRunner(around.Request, transport, oracle, stranger.Credential).RunAsync(cancellationToken).ConfigureAwait(false);
        }

        return (around.Request, survey with
        {
            Failure = around.Failure ?? survey.Failure,
            Description = around.Request.Description,
            Shapes = around.Shapes,
            HostsNamed = around.Hosts,
        });
    }

    private static MatrixCell Cell(string identity, string operation, Verdict verdict, bool? acceptedIsRight) => verdict switch
    {
        Verdict.Accepted => new(identity, operation, "accepted", verdict.Detail, acceptedIsRight, null),
        Verdict.Rejected => new(identity, operation, "rejected", verdict.Detail, !acceptedIsRight, null),
        _ => new(identity, operation, "undecided", verdict.Detail, null, null),
    };

    private IEnumerable<MatrixCell> Cells()
    {
        if (Survey.ProtectedOperation is not { Name: var operation } || Survey.Control is not { } control)
        {
            yield break;
        }

        bool? closed = Survey.ProtectionDeclared ? false : null;
        yield return Cell(control.Ask.Actor.Name, operation, _oracle.Classify(control.First), acceptedIsRight: true);
        if (Survey.ControlOfB is { } ofB)
        {
            yield return Cell(ofB.Ask.Actor.Name, operation, _oracle.Classify(ofB.First, ofB), acceptedIsRight: true);
        }

        foreach (SurveyedHandshake handshake in Survey.Handshakes.Where(h => h.Offered == true))
        {
            yield return Cell("none", operation, _oracle.Classify(handshake.Nobody), closed);
        }

        if (Survey.Stranger is { } stranger)
        {
            yield return Cell("self-signed stranger", operation, stranger, closed);
        }
    }
}
