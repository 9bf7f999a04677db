using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>The requests of forwarded identities that are under way: asked again whenever trust or identities change, and aborted alone when their right is gone.</summary>
/// <remarks>
/// The proxy's connection is its own and stays: on HTTP/2 one stream is reset. On HTTP/1.1 a request can only be ended with the connection that carries it,
/// which carries nobody else's meanwhile.
/// </remarks>
internal sealed class ForwardedRequests : IDisposable
{
    private static readonly TimeSpan _datesInterval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Entry, byte> _entries = new();
    private readonly TrustHolder _trust;
    private readonly CertificateJudge _judge;
    private readonly IAuditTrail _audit;
    private readonly TimeProvider _time;
    private readonly Lazy<IIdentityDirectory?> _directory;
    private readonly GuardFaults? _faults;
    private readonly ITimer _dates;
    private int _asked;

    public ForwardedRequests(TrustHolder trust, CertificateJudge judge, IAuditTrail audit, TimeProvider time, IServiceProvider services, GuardFaults? faults = null)
    {
        _trust = trust;
        _judge = judge;
        _audit = audit;
        _time = time;
        _faults = faults;
        _directory = new Lazy<IIdentityDirectory?>(() => Listen(services.GetService<IIdentityDirectory>()));
        trust.Subscribe(_ => Ask());
        _dates = time.CreateTimer(static me => (me as ForwardedRequests)?.AbortExpired(), this, _datesInterval, _datesInterval);
    }

    /// <summary>How many are under way.</summary>
    public int Count => _entries.Count;

    /// <summary>Enters a request; it leaves when the answer is disposed.</summary>
    public IDisposable Enter(HttpContext context, VerifiedClientCertificate certificate, ImmutableArray<ReadOnlyMemory<byte>> presented, long epoch)
    {
        _ = _directory.Value;
        var entry = new Entry(this, context, certificate, presented);
        _entries.TryAdd(entry, 0);

        // A change between the verdict and the entry was told to nobody.
        if (_trust.Current?.Epoch != epoch)
        {
            Ask();
        }

        return entry;
    }

    public void Dispose() => _dates.Dispose();

    private IIdentityDirectory? Listen(IIdentityDirectory? directory)
    {
        directory?.Subscribe(_ => Ask());
        return directory;
    }

    /// <summary>Asks all of them again, off the publisher's thread; changes that come in meanwhile are one more round.</summary>
    private void Ask()
    {
        if (Interlocked.Increment(ref _asked) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static me => me.AskAll(), this, preferLocal: false);
        }
    }

    private void AskAll()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _asked);
            // One certificate that still counts answers for all its requests; of one that does not, each is asked by what it came with.
            var standing = new HashSet<CertificateThumbprint>();
            foreach (Entry entry in _entries.Keys)
            {
                if (standing.Contains(entry.Certificate.Thumbprint))
                {
                    continue;
                }

                if (WhyLost(entry) is { } why)
                {
                    Abort(entry, why);
                }
                else
                {
                    standing.Add(entry.Certificate.Thumbprint);
                }
            }
        }
        while (Interlocked.Add(ref _asked, -seen) > 0);
    }

    private void AbortExpired()
    {
        DateTimeOffset now = _time.GetUtcNow();
        foreach (Entry entry in _entries.Keys)
        {
            if (now > entry.Certificate.ValidUntil)
            {
                Abort(entry, $"{AuditReasons.RequestAborted}:{RefusalReason.Expired}");
            }
        }
    }

    /// <summary>Why a request has no right any more; null while it has. A store that throws knows nobody.</summary>
    private string? WhyLost(Entry entry)
    {
        if (_judge.Judge(entry.Certificate.Leaf.Der.Span, entry.Presented).Verdict is ChainVerdict.Refused { Refusal: { } refusal })
        {
            return $"{AuditReasons.RequestAborted}:{refusal.Reason}";
        }

        string? reason;
        try
        {
            reason = _directory.Value?.Find(entry.Certificate) switch
            {
                null or IdentityAnswer.Known => null,
                IdentityAnswer.Unmapped => AuditReasons.IdentityUnmapped,
                IdentityAnswer.Ambiguous => AuditReasons.IdentityAmbiguous,
                IdentityAnswer.Inactive => AuditReasons.IdentityInactive,
                _ => AuditReasons.IdentityStale,
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            reason = AuditReasons.IdentityStale;
        }

        return reason is null ? null : $"{AuditReasons.RequestAborted}:{reason}";
    }

    private void Abort(Entry entry, string why)
    {
        try
        {
            if (_entries.TryRemove(entry, out _) && entry.TryAbort())
            {
                _audit.Note(new AuditEvent { Kind = AuditKind.Changed, Reason = why, Certificate = entry.Certificate.Thumbprint });
            }
        }
        catch (Exception e) when (GuardFaults.MayGoOn(e))
        {
            // The others are aborted all the same: this runs for all of them, where nobody would catch it.
            _faults?.Tell("forwarded requests", e);
        }
    }

    private sealed class Entry(
        ForwardedRequests owner, HttpContext context, VerifiedClientCertificate certificate, ImmutableArray<ReadOnlyMemory<byte>> presented) : IDisposable
    {
        private readonly Lock _gate = new();
        private bool _left;

        public VerifiedClientCertificate Certificate { get; } = certificate;

        public ImmutableArray<ReadOnlyMemory<byte>> Presented { get; } = presented;

        /// <summary>Aborts the request unless it has left: a context that left may be another request's already.</summary>
        public bool TryAbort()
        {
            lock (_gate)
            {
                if (!_left)
                {
                    context.Abort();
                }

                return !_left;
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _left = true;
            }

            owner._entries.TryRemove(this, out _);
        }
    }
}
