using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Keeps in mind which certificates are in use, and has their status asked for.</summary>
/// <remarks>
/// Nobody makes it ask anything by presenting a certificate: only certificates that lead to an anchor by every other rule come in,
/// and only the operator's responders and hosts are asked (guard.md, threat d1).
/// </remarks>
internal sealed class OcspWatch : IRevocationWatch
{
    /// <summary>The most reports that wait; more are dropped, and come again with the next handshake.</summary>
    public const int MaxReports = 256;

    private const int MaxAtOnce = 4;
    private static readonly TimeSpan _tick = TimeSpan.FromSeconds(1);

    private readonly OcspOptions _options;
    private readonly AllowedHosts _hosts;
    private readonly TrustComposer _composer;
    private readonly TrustHolder _holder;
    private readonly CrlUrlSources _sources;
    private readonly OcspClient _client;
    private readonly TimeProvider _time;
    private readonly RevocationLog _log;
    private readonly bool _isActive;
    private readonly Channel<Report> _reports = Channel.CreateBounded<Report>(new BoundedChannelOptions(MaxReports) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<CertificateThumbprint, ImmutableArray<WatchedCertificate>> _paths = new();
    private readonly ConcurrentDictionary<StatusKey, WatchedCertificate> _watched = new();

    public OcspWatch(
        IOptions<SallyportOptions> options, TrustComposer composer, TrustHolder holder, CrlUrlSources sources, OcspClient client, TimeProvider time, RevocationLog log)
    {
        _options = options.Value.Revocation.Ocsp;
        _hosts = new AllowedHosts(options.Value.Revocation.AllowedHosts);
        _isActive = _options.Responders.Count > 0 || !_hosts.IsEmpty;
        _composer = composer;
        _holder = holder;
        _sources = sources;
        _client = client;
        _time = time;
        _log = log;
    }

    /// <summary>The certificates that are kept in mind.</summary>
    public ICollection<WatchedCertificate> Watched => _watched.Values;

    /// <summary>How many reports wait.</summary>
    public int Waiting => _reports.Reader.Count;

    public void Seen(VerifiedClientCertificate certificate)
    {
        if (!_isActive)
        {
            return;
        }

        if (_paths.TryGetValue(certificate.Thumbprint, out var path))
        {
            Touch(path);
        }
        else
        {
            _reports.Writer.TryWrite(new Report(certificate, default, []));
        }
    }

    public void Unknown(ReadOnlySpan<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> presented)
    {
        if (!_isActive || Waiting >= MaxReports)
        {
            return;
        }

        // Known already and still without an answer: it is being asked about.
        if (_paths.TryGetValue(CertificateThumbprint.Of(leaf), out var path))
        {
            Touch(path);
        }
        else
        {
            _reports.Writer.TryWrite(new Report(null, leaf.ToArray(), presented));
        }
    }

    /// <summary>Takes what was reported, forgets what is not in use any more, asks whoever is due, and publishes what came.</summary>
    public async Task RoundAsync(CancellationToken cancellationToken)
    {
        while (_reports.Reader.TryRead(out var report))
        {
            Take(report);
        }

        var now = _time.GetUtcNow();
        Forget(now);
        var due = _watched.Values.Where(w => w.Due <= now).OrderBy(static w => w.Due).ToList();
        await Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken },
            async (certificate, token) => await _client.AskAsync(certificate, token));
        if (due.Count > 0)
        {
            _composer.Publish();
        }
    }

    /// <summary>Works until it is told to end: when something is reported, and every second.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Task? reported = null;
        while (_isActive && !cancellationToken.IsCancellationRequested)
        {
            reported ??= _reports.Reader.WaitToReadAsync(cancellationToken).AsTask();
            await Task.WhenAny(reported, Task.Delay(_tick, _time, cancellationToken));
            reported = reported.IsCompleted ? null : reported;
            try
            {
                await RoundAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // Nothing may end the refreshing: a fault that nobody thought of is told and tried again.
                _log.RefreshBroke("OCSP", e);
            }
        }
    }

    private void Touch(ImmutableArray<WatchedCertificate> path)
    {
        var now = _time.GetUtcNow();
        foreach (var certificate in path)
        {
            certificate.Seen = now;
        }
    }

    private void Take(Report report)
    {
        if ((report.Certificate ?? Verify(report)) is not { } certificate || _paths.ContainsKey(certificate.Thumbprint))
        {
            return;
        }

        var path = ImmutableArray.CreateBuilder<WatchedCertificate>();
        for (var i = 0; i < certificate.Path.Length; i++)
        {
            var issuer = i + 1 < certificate.Path.Length ? certificate.Path[i + 1] : certificate.Anchor.Certificate;
            _sources.Take(certificate.Path[i]);
            if (Watch(certificate.Path[i], issuer) is { } watched)
            {
                path.Add(watched);
            }
        }

        Touch(path.ToImmutable());
        _paths[certificate.Thumbprint] = path.ToImmutable();
    }

    /// <summary>Whether the certificate is one of ours in every respect but the unknown status.</summary>
    private VerifiedClientCertificate? Verify(Report report) =>
        _composer.Asker is { } asker
        && _holder.Current is { } current
        && asker.Verify(report.Leaf.Span, report.Presented, current.Revocation, _time.GetUtcNow()) is ChainVerdict.Verified verified
            ? verified.Certificate
            : null;

    private WatchedCertificate? Watch(CertificateProfile certificate, CertificateProfile issuer)
    {
        ImmutableArray<Uri> responders =
        [
            .. _options.Responders.Concat(certificate.OcspUrls.Select(url => _hosts.TryAllow(url, out var uri) ? uri : null).OfType<Uri>()).Distinct(),
        ];
        return responders.IsEmpty
            ? null
            : _watched.GetOrAdd(
                new StatusKey(issuer.PublicKey.Pin, certificate.SerialNumber),
                _ => new WatchedCertificate(certificate, issuer, responders, new RefreshSchedule(_options.Refresh, Chance.Next)));
    }

    /// <summary>An answer "revoked" stays until its certificate has expired: nobody comes back by staying away for a day.</summary>
    private void Forget(DateTimeOffset now)
    {
        var gone = _watched.Values
            .Where(w => now > w.Certificate.NotAfter || (now - w.Seen > _options.ForgetAfter && !_composer.IsRevoked(w.Key)))
            .ToList();
        var over = _watched.Count - gone.Count - _options.MaxWatched;
        if (over > 0)
        {
            gone.AddRange(_watched.Values.Except(gone).Where(w => !_composer.IsRevoked(w.Key)).OrderBy(static w => w.Seen).Take(over).ToList());
        }

        if (gone.Count > 0)
        {
            var keys = gone.Select(static w => w.Key).ToHashSet();
            foreach (var key in keys)
            {
                _watched.TryRemove(key, out _);
            }

            _composer.Forget(keys);
        }

        // A path without anything to watch is remembered too, so that its certificate is not verified again and again.
        foreach (var (thumbprint, path) in _paths.Where(p => p.Value.Any(w => !_watched.ContainsKey(w.Key)) || _paths.Count > _options.MaxWatched))
        {
            _paths.TryRemove(thumbprint, out _);
        }
    }

    private sealed record Report(VerifiedClientCertificate? Certificate, ReadOnlyMemory<byte> Leaf, IReadOnlyList<ReadOnlyMemory<byte>> Presented);
}
