using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>
/// The background: reads files and asks servers, and has published what changed. The host waits for a first round before it listens;
/// when nothing could be loaded it starts closed.
/// </summary>
internal sealed class TrustRefresher : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan _settling = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _stop = new();
    private readonly SallyportOptions _options;
    private readonly TrustFiles _trust;
    private readonly RevocationFiles _files;
    private readonly CrlUrlSources _sources;
    private readonly OcspWatch _watch;
    private readonly TrustComposer _composer;
    private readonly ExpiryReport _expiry;
    private readonly TimeProvider _time;
    private readonly RevocationLog _log;
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    public TrustRefresher(
        IOptions<SallyportOptions> options,
        TrustFiles trust,
        RevocationFiles files,
        CrlUrlSources sources,
        OcspWatch watch,
        TrustComposer composer,
        ExpiryReport expiry,
        RevocationMetrics metrics,
        TimeProvider time,
        RevocationLog log)
    {
        _options = options.Value;
        _trust = trust;
        _files = files;
        _sources = sources;
        _watch = watch;
        _composer = composer;
        _expiry = expiry;
        _time = time;
        _log = log;
        metrics.Show(() => composer.Lists, expiry.Count, time);
    }

    /// <summary>Loads what there is, and begins to keep it fresh.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        WarnOfSwitches();
        Poll(isFirst: true);
        var first = _sources.StartAsync(_stop.Token);
        try
        {
            await first.WaitAsync(_options.Revocation.StartTimeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _log.StartTimedOut(_options.Revocation.StartTimeout);
        }

        _composer.Open();
        if (_composer.Material is null)
        {
            _log.NoAnchors(_options.Trust.AnchorFiles.Count == 0 ? "none is configured" : string.Join(", ", _options.Trust.AnchorFiles));
        }

        if (_files.MissingDenyList is { } missing)
        {
            _log.NoDenyList(missing);
        }

        _running = Task.WhenAll(Task.Run(KeepPollingAsync, CancellationToken.None), Task.Run(() => _watch.RunAsync(_stop.Token), CancellationToken.None));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends the refreshing after the server has ended: until then revocation takes effect.</summary>
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _sources.StoppedAsync();
        try
        {
            await _running.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // It was told to end.
        }
    }

    /// <summary>Looks at every file once, and asks the clock what still counts.</summary>
    public void Poll(bool isFirst = false)
    {
        if (_trust.Poll(isFirst) is { } material)
        {
            foreach (var authority in material.Signers)
            {
                _sources.Take(authority);
            }

            _composer.Take(material);
        }

        _files.Poll(isFirst);
        _composer.Publish();
        _expiry.Tell();
    }

    public void Dispose()
    {
        // Twice: as what it is, and as a hosted service.
        if (!_isDisposed)
        {
            _isDisposed = true;
            _stop.Cancel();
            _stop.Dispose();
        }
    }

    private async Task KeepPollingAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var interval = _options.Trust.PollInterval;
            var wait = (_trust.IsUnsettled || _files.IsUnsettled) && interval > _settling ? _settling : interval;
            await Task.Delay(wait, _time, _stop.Token);
            try
            {
                Poll();
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                // Nothing may end the refreshing: a fault that nobody thought of is told and tried again.
                _log.RefreshBroke("files", e);
            }
        }
    }

    private void WarnOfSwitches()
    {
        var revocation = _options.Revocation;
        if (revocation.Policy.Mode != RevocationMode.Required)
        {
            _log.UnknownIsLetIn(revocation.Policy.Mode);
        }
        else if (revocation.Crl.Files.Count + revocation.Crl.Urls.Count + revocation.Ocsp.Responders.Count + revocation.AllowedHosts.Count == 0)
        {
            _log.NoSources();
        }

        if (revocation.Ocsp.UnsafeAllowMissingNonce)
        {
            _log.MissingNonceAllowed();
        }
    }
}
