using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Every URL with lists: those of the operator, and the allowed distribution points of certificates that verified.</summary>
internal sealed class CrlUrlSources
{
    /// <summary>The most distribution points that certificates can bring in.</summary>
    public const int MaxPoints = 64;

    private readonly Lock _gate = new();
    private readonly RevocationOptions _options;
    private readonly AllowedHosts _hosts;
    private readonly Func<Uri, TimeSpan, CrlUrlSource> _make;
    private readonly RevocationLog _log;
    private readonly Dictionary<string, CrlUrlSource> _sources = new(StringComparer.Ordinal);
    private readonly List<Task> _running = [];
    private CancellationToken? _stopping;
    private int _points;

    public CrlUrlSources(
        IOptions<SallyportOptions> options, BoundedHttp http, TrustComposer composer, RevocationLog log, RevocationMetrics metrics, TimeProvider time)
    {
        _options = options.Value.Revocation;
        _hosts = new AllowedHosts(_options.AllowedHosts);
        _log = log;
        _make = (uri, refresh) => new CrlUrlSource(
            uri, new RefreshSchedule(refresh, Chance.Next), _options.MaxCrlBytes, http, composer, log, metrics, time);
        foreach (var url in _options.Crl.Urls)
        {
            _sources.TryAdd(url.Uri.AbsoluteUri, _make(url.Uri, url.Refresh));
        }
    }

    /// <summary>Those that are asked.</summary>
    public ImmutableArray<CrlUrlSource> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _sources.Values];
            }
        }
    }

    /// <summary>Begins to ask all of them.</summary>
    /// <returns>Completes when each was asked once.</returns>
    public Task StartAsync(CancellationToken stopping)
    {
        lock (_gate)
        {
            _stopping = stopping;
            return Task.WhenAll(_sources.Values.ToList().Select(Start));
        }
    }

    /// <summary>Completes when all have ended.</summary>
    public async Task StoppedAsync()
    {
        Task all;
        lock (_gate)
        {
            all = Task.WhenAll(_running);
        }

        try
        {
            await all;
        }
        catch (OperationCanceledException)
        {
            // They were told to end.
        }
    }

    /// <summary>Takes the distribution points of a certificate that verified, or that is the operator's own, where they are allowed.</summary>
    public void Take(CertificateProfile certificate)
    {
        if (_hosts.IsEmpty)
        {
            return;
        }

        foreach (var url in certificate.CrlUrls.Concat(DeltaUrls(certificate)))
        {
            if (_hosts.TryAllow(url, out var uri))
            {
                Add(uri);
            }
        }
    }

    private static IEnumerable<string> DeltaUrls(CertificateProfile certificate) => certificate.FreshestCrl
        .SelectMany(static p => p.Name is DistributionPointName.Full full ? full.Names : [])
        .OfType<GeneralName.Uri>()
        .Select(static u => u.Value);

    private void Add(Uri uri)
    {
        lock (_gate)
        {
            if (_sources.ContainsKey(uri.AbsoluteUri))
            {
                return;
            }

            if (_points >= MaxPoints)
            {
                if (_points++ == MaxPoints)
                {
                    _log.TooManyPoints(MaxPoints, uri);
                }

                return;
            }

            _points++;
            var source = _make(uri, _options.Crl.DistributionPointRefresh);
            _sources.Add(uri.AbsoluteUri, source);
            if (_stopping is not null)
            {
                _ = Start(source);
            }
        }
    }

    private Task Start(CrlUrlSource source)
    {
        var stopping = _stopping ?? CancellationToken.None;
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running.Add(Task.Run(() => source.RunAsync(first, stopping), CancellationToken.None));
        return first.Task;
    }
}
