using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The guard's log: counts at once, writes in groups from one place, and acknowledges what the kernel has.</summary>
internal sealed partial class AuditTrail : IAuditTrail, IAuditCheckpoints, IHostedLifecycleService, IAsyncDisposable
{
    private const int MaxGroup = 512;
    private readonly AuditOptions _options;
    private readonly AuditRepeats _repeats;
    private readonly AuditWriter _writer;
    private readonly GuardTelemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditTrail> _log;
    private readonly Channel<Pending> _queue;
    private readonly Lock _gate = new();
    private ITimer? _window;
    private Task? _writing;
    private long _lost;

    public AuditTrail(IOptions<SallyportOptions> options, IHostEnvironment environment, GuardTelemetry telemetry, TimeProvider time, ILogger<AuditTrail> log)
    {
        _options = options.Value.Audit;
        _repeats = new AuditRepeats(_options);
        _writer = new AuditWriter(_options, environment.ContentRootPath, time, log);
        _telemetry = telemetry;
        _time = time;
        _log = log;
        _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(_options.QueueLength) { SingleReader = true });
    }

    /// <inheritdoc/>
    public AuditCheckpoint? Current => _writer.Head;

    /// <inheritdoc/>
    public void Note(AuditEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        using Activity? activity = _telemetry.Begin(happened);
        if (Admit(happened) && (!IsReady() || !_queue.Writer.TryWrite(new Pending(new AuditEntryDraft(_time.GetUtcNow(), happened), null))))
        {
            Lose(1);
        }
    }

    /// <inheritdoc/>
    public async ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(happened);
        using Activity? activity = _telemetry.Begin(happened);
        if (!Admit(happened))
        {
            return;
        }

        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            Start();
            await _queue.Writer.WriteAsync(new Pending(new AuditEntryDraft(_time.GetUtcNow(), happened), written), cancellationToken);
            await written.Task.WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is AuditUnavailableException or ChannelClosedException)
        {
            // What the writer had in hand, it has counted.
            Lose(written.Task.IsFaulted ? 0 : 1);
            if (!_options.UnsafeContinueWithoutRecords)
            {
                throw e as AuditUnavailableException ?? new AuditUnavailableException("The audit log is closed.", e);
            }
        }
    }

    /// <summary>Opens the log before anything listens; a host that cannot write it does not start.</summary>
    /// <exception cref="AuditUnavailableException">It cannot be opened.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (_options.UnsafeContinueWithoutRecords)
        {
            LogUnsafe();
        }

        if (_options.File is null)
        {
            LogNoFile();
        }

        Start();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Closes the log after everything that may still write to it has stopped.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_window is not null)
        {
            await _window.DisposeAsync();
        }

        if (_writing is { } writing)
        {
            await writing;
        }

        _writer.Dispose();
    }

    private bool Admit(AuditEvent happened)
    {
        _telemetry.Count(happened);
        if (!_repeats.Admit(happened))
        {
            _telemetry.CountSummarized();
            return false;
        }

        if (_options.File is null)
        {
            LogEvent(happened);
            return false;
        }

        return true;
    }

    private bool IsReady()
    {
        try
        {
            Start();
            return true;
        }
        catch (AuditUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Opens the log once, whoever comes first: a handshake may be refused before the host says that it starts.</summary>
    private void Start()
    {
        if (Volatile.Read(ref _writing) is not null)
        {
            return;
        }

        lock (_gate)
        {
            if (_writing is null)
            {
                _writer.Open();
                _window = _time.CreateTimer(static me => (me as AuditTrail)?.EndWindow(), this, _options.RepeatWindow, _options.RepeatWindow);
                Volatile.Write(ref _writing, WriteAllAsync());
            }
        }
    }

    private void EndWindow()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach ((AuditEvent happened, long repeats) in _repeats.Drain())
        {
            if (_options.File is null)
            {
                LogRepeats(repeats, happened);
            }
            else if (!_queue.Writer.TryWrite(new Pending(new AuditEntryDraft(now, happened, repeats), null)))
            {
                Lose(1);
            }
        }
    }

    private async Task WriteAllAsync()
    {
        // The opener's caller, which may be a handshake, does not write for everybody.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var group = new List<Pending>(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out Pending? next))
            {
                group.Add(next);
            }

            Write(group);
            group.Clear();
        }

        // What the last window only counted.
        List<AuditEntryDraft> rest = [.. Summaries()];
        if (rest.Count > 0)
        {
            Write([.. rest.ConvertAll(static draft => new Pending(draft, null))]);
        }
    }

    private IEnumerable<AuditEntryDraft> Summaries()
    {
        if (_options.File is not null)
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach ((AuditEvent happened, long repeats) in _repeats.Drain())
            {
                yield return new AuditEntryDraft(now, happened, repeats);
            }
        }
    }

    private void Write(List<Pending> group)
    {
        try
        {
            List<AuditEntryDraft> drafts = new(group.Count + 1);
            long lost = Volatile.Read(ref _lost);
            if (lost > 0)
            {
                drafts.Add(new AuditEntryDraft(_time.GetUtcNow(), new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.AuditLost }, lost));
            }

            drafts.AddRange(group.ConvertAll(static pending => pending.Draft));
            _writer.Write(drafts);
            Interlocked.Add(ref _lost, -lost);
            foreach (Pending pending in group)
            {
                pending.Written?.TrySetResult();
            }
        }
        catch (Exception e) when (Fail(group, e))
        {
            // The writer outlives whatever the disk does; each of the group was told.
        }
    }

    private bool Fail(List<Pending> group, Exception e)
    {
        LogUnwritable(group.Count, e is IOException or UnauthorizedAccessException ? e.Message : e.GetType().Name);
        var refused = new AuditUnavailableException("The audit record could not be written.", e);
        foreach (Pending pending in group)
        {
            pending.Written?.TrySetException(refused);
        }

        Lose(group.Count);
        return true;
    }

    private void Lose(long records)
    {
        if (records > 0)
        {
            Interlocked.Add(ref _lost, records);
            _telemetry.CountLost(records);
        }
    }

    private void LogEvent(AuditEvent happened)
    {
        if (_log.IsEnabled(LogLevel.Information))
        {
            LogDecision(happened.Kind, Shown(happened.Reason), happened.Remote?.ToString(), Shown(happened.Identity), Shown(happened.Route), Shown(happened.Detail));
        }
    }

    private void LogRepeats(long repeats, AuditEvent happened)
    {
        if (_log.IsEnabled(LogLevel.Information))
        {
            LogRepeated(repeats, Shown(happened.Reason), happened.Remote?.ToString());
        }
    }

    private static string? Shown(string? text) => text is null ? null : AuditLine.Escape(text, 256);

    [LoggerMessage(EventId = 2340, Level = LogLevel.Information, Message = "{Kind}: {Reason} (peer {Remote}, account {Identity}, route {Route}) {Detail}")]
    private partial void LogDecision(AuditKind kind, string? reason, string? remote, string? identity, string? route, string? detail);

    [LoggerMessage(EventId = 2341, Level = LogLevel.Information, Message = "{Repeats} more times: {Reason} (peer {Remote})")]
    private partial void LogRepeated(long repeats, string? reason, string? remote);

    [LoggerMessage(EventId = 2342, Level = LogLevel.Warning, Message = "No audit file is set (o.Audit.File): decisions are logged and counted, and no chained record of them is kept.")]
    private partial void LogNoFile();

    [LoggerMessage(EventId = 2343, Level = LogLevel.Warning, Message = "UnsafeContinueWithoutRecords is on: requests go on although their audit record could not be written.")]
    private partial void LogUnsafe();

    [LoggerMessage(EventId = 2344, Level = LogLevel.Critical, Message = "{Count} audit records could not be written ({Why}); what they were about is refused unless UnsafeContinueWithoutRecords is on.")]
    private partial void LogUnwritable(int count, string why);

    private sealed record Pending(AuditEntryDraft Draft, TaskCompletionSource? Written);
}
