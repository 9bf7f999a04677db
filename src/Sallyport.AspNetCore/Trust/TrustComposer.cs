using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Revocation;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Trust;

/// <summary>Puts anchors, lists, answers and the deny list together, and publishes when what counts has changed. Its callers may wait; readers never do.</summary>
internal sealed class TrustComposer
{
    /// <summary>How long before its time a published answer is replaced by a newer one that says the same.</summary>
    private static readonly TimeSpan _renewalLead = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TrustHolder _holder;
    private readonly TimeProvider _time;
    private readonly RevocationLog _log;
    private readonly IAuditTrail? _audit;
    private readonly RevocationOptions _options;
    private readonly ChainPolicy _policy;
    private readonly CrlShelf _shelf;
    private bool _isOpen;
    private Authorities? _authorities;
    private ImmutableHashSet<CertificateThumbprint>? _deniedByFile;
    private ImmutableHashSet<CertificateThumbprint> _deniedByHand = [];
    private ImmutableDictionary<StatusKey, OcspAnswer> _answers = ImmutableDictionary<StatusKey, OcspAnswer>.Empty;
    private Composition? _published;

    public TrustComposer(TrustHolder holder, IOptions<SallyportOptions> options, TimeProvider time, RevocationLog log, IAuditTrail? audit = null)
    {
        _holder = holder;
        _time = time;
        _log = log;
        _audit = audit;
        _options = options.Value.Revocation;
        _policy = options.Value.Client.Policy with { Revocation = _options.Policy };
        _deniedByFile = _options.DenyListFile is null ? [] : null;
        _shelf = new CrlShelf(log);
    }

    /// <summary>The lists that may say good, with what is known of their sources.</summary>
    public ImmutableArray<CrlInForce> Lists { get; private set; } = [];

    /// <summary>The authorities that count; null before there are any.</summary>
    public TrustMaterial? Material => Volatile.Read(ref _authorities)?.Material;

    /// <summary>The same rules as the published ones without the question of revocation: to tell whose status is worth asking for.</summary>
    public ChainVerifier? Asker => Volatile.Read(ref _authorities)?.Asker;

    /// <summary>From now on changes are published; what came before is published together.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            PublishIfChanged();
        }
    }

    /// <summary>The files name these authorities now.</summary>
    public void Take(TrustMaterial material)
    {
        lock (_gate)
        {
            if (_authorities is { } old && Same(old.Material.Anchors, material.Anchors) && Same(old.Material.Intermediates, material.Intermediates))
            {
                return;
            }

            Volatile.Write(ref _authorities, new Authorities(
                material,
                new ChainVerifier(material.Anchors.Select(TrustAnchor.Of), material.Intermediates, _policy),
                new ChainVerifier(
                    material.Anchors.Select(TrustAnchor.Of),
                    material.Intermediates,
                    _policy with { Revocation = _policy.Revocation with { Mode = RevocationMode.Off } })));
            PublishIfChanged();
        }

        static bool Same(ImmutableArray<CertificateProfile> left, ImmutableArray<CertificateProfile> right) =>
            left.Select(static c => c.Thumbprint).SequenceEqual(right.Select(static c => c.Thumbprint));
    }

    /// <summary>A source has these lists now.</summary>
    public void Offer(string source, ReadLists lists)
    {
        lock (_gate)
        {
            _shelf.Offer(source, lists, _time.GetUtcNow());
            PublishIfChanged();
        }
    }

    /// <summary>A source has what it offered last. Is not published by itself.</summary>
    public void Confirm(string source)
    {
        lock (_gate)
        {
            _shelf.Confirm(source, _time.GetUtcNow());
        }
    }

    /// <summary>The deny list's file says this now.</summary>
    public void Take(DeniedCertificates denied)
    {
        lock (_gate)
        {
            _deniedByFile = denied.Thumbprints;
            PublishIfChanged();
        }
    }

    public void Deny(CertificateThumbprint thumbprint)
    {
        lock (_gate)
        {
            _log.Denied(thumbprint);
            _deniedByHand = _deniedByHand.Add(thumbprint);
            PublishIfChanged();
        }
    }

    public bool Allow(CertificateThumbprint thumbprint)
    {
        lock (_gate)
        {
            var byFile = _deniedByFile is { } file && file.Contains(thumbprint);
            _log.Allowed(thumbprint, byFile);
            _deniedByHand = _deniedByHand.Remove(thumbprint);
            PublishIfChanged();
            return !byFile;
        }
    }

    public bool Denies(CertificateThumbprint thumbprint)
    {
        lock (_gate)
        {
            return _deniedByHand.Contains(thumbprint) || (_deniedByFile?.Contains(thumbprint) ?? false);
        }
    }

    /// <summary>A responder said something about a certificate. Only "revoked" is published at once, the rest with <see cref="Publish"/>.</summary>
    /// <returns>False when what is known counts more.</returns>
    public bool Answer(StatusKey key, OcspAnswer answer)
    {
        lock (_gate)
        {
            if (_answers.TryGetValue(key, out var known) && !known.YieldsTo(answer) && !Renews(known, answer))
            {
                return false;
            }

            _answers = _answers.SetItem(key, answer);
            if (answer.Status == OcspStatus.Revoked && known?.Status != OcspStatus.Revoked)
            {
                PublishIfChanged();
            }

            return true;
        }
    }

    /// <summary>Whether the newest answer about a certificate says that it is revoked: such an answer is not forgotten.</summary>
    public bool IsRevoked(StatusKey key)
    {
        lock (_gate)
        {
            return _answers.TryGetValue(key, out var answer) && answer.Status == OcspStatus.Revoked;
        }
    }

    /// <summary>Nobody asks about these any more.</summary>
    public void Forget(IEnumerable<StatusKey> keys)
    {
        lock (_gate)
        {
            _answers = _answers.RemoveRange(keys);
        }
    }

    /// <summary>Asks the clock what still counts, and publishes if that is something else.</summary>
    public void Publish()
    {
        lock (_gate)
        {
            PublishIfChanged();
        }
    }

    /// <summary>The same said again: it may be good for longer.</summary>
    private static bool Renews(OcspAnswer known, OcspAnswer answer) =>
        answer.Status == known.Status && answer.Reason == known.Reason && answer.ThisUpdate >= known.ThisUpdate;

    private void PublishIfChanged()
    {
        var now = _time.GetUtcNow();
        if (!_isOpen || _authorities is not { } authorities || _deniedByFile is not { } deniedByFile)
        {
            return;
        }

        _shelf.Sort(authorities.Material.Signers, now);
        var grace = _policy.Revocation.Grace;
        var believesOutdated = _policy.Revocation.Mode == RevocationMode.WhenKnown;
        var all = _shelf.InForce(freshness: null);
        Lists = believesOutdated ? all : _shelf.InForce(new CrlFreshness(now - _options.MaxSourceAge - grace, now - grace));

        // What may not say good any more stays for whom it names: nobody comes back to life by holding back the newer list.
        ImmutableArray<CertificateRevocationList> lists = [.. all.Select(static l => l.List)];
        var unconfirmed = lists.Except(Lists.Select(static l => l.List)).ToImmutableHashSet();
        var next = new Composition(
            authorities, lists, unconfirmed, _answers, deniedByFile.Union(_deniedByHand), Outdated(Lists, _answers, now));
        if (next.DifferenceFrom(_published, a => EndOf(a.ThisUpdate, a.NextUpdate) < now + _renewalLead) is not { } changed)
        {
            return;
        }

        _published = next;
        var epoch = (_holder.Current?.Epoch ?? 0) + 1;
        var snapshot = RevocationSnapshot.Of(epoch, next.Lists, next.Answers.Values, next.Denied, authorities.Material.Signers, next.Unconfirmed);
        _holder.Publish(authorities.Verifier, snapshot);
        _log.Published(epoch, authorities.Material.Anchors.Length, next.Lists.Length, next.Answers.Count, next.Denied.Count, changed);
        _audit?.Note(new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.TrustChanged, Detail = $"epoch {epoch}: {changed}" });
    }

    /// <summary>What has grown too old since: then open connections must be judged again, though nobody said anything new.</summary>
    private HashSet<object> Outdated(ImmutableArray<CrlInForce> lists, ImmutableDictionary<StatusKey, OcspAnswer> answers, DateTimeOffset now)
    {
        var latest = now - _policy.Revocation.Grace;
        return new HashSet<object>(
            [
                .. lists.Select(static l => l.List).Where(l => IsOver(l.ThisUpdate, l.NextUpdate)),
                .. answers.Values.Where(a => IsOver(a.ThisUpdate, a.NextUpdate)),
            ],
            ReferenceEqualityComparer.Instance);

        bool IsOver(DateTimeOffset thisUpdate, DateTimeOffset? nextUpdate) => nextUpdate < latest || thisUpdate + _policy.Revocation.MaxAge < now;
    }

    /// <summary>Until when something counts, grace apart.</summary>
    private DateTimeOffset EndOf(DateTimeOffset thisUpdate, DateTimeOffset nextUpdate) =>
        _policy.Revocation.MaxAge is { } age && thisUpdate + age < nextUpdate ? thisUpdate + age : nextUpdate;

    private sealed record Authorities(TrustMaterial Material, ChainVerifier Verifier, ChainVerifier Asker);

    private sealed record Composition(
        Authorities Authorities,
        ImmutableArray<CertificateRevocationList> Lists,
        ImmutableHashSet<CertificateRevocationList> Unconfirmed,
        ImmutableDictionary<StatusKey, OcspAnswer> Answers,
        ImmutableHashSet<CertificateThumbprint> Denied,
        HashSet<object> Outdated)
    {
        /// <summary>What is different; null when nothing is, or only answers that say the same for longer and need not be known yet.</summary>
        public string? DifferenceFrom(Composition? before, Func<OcspAnswer, bool> endsSoon)
        {
            if (before is null)
            {
                return "first load";
            }

            string?[] parts =
            [
                ReferenceEquals(Authorities, before.Authorities) ? null : "authorities",
                Lists.AsSpan().SequenceEqual(before.Lists.AsSpan()) && Unconfirmed.SetEquals(before.Unconfirmed) ? null : "lists",
                ReferenceEquals(Answers, before.Answers) || !Answers.Any(a => IsNews(a.Key, a.Value)) ? null : "answers",
                Denied.SetEquals(before.Denied) ? null : "deny list",
                Outdated.IsSubsetOf(before.Outdated) ? null : "time",
            ];
            return parts.All(static p => p is null) ? null : string.Join(", ", parts.Where(static p => p is not null));

            bool IsNews(StatusKey key, OcspAnswer answer)
            {
                if (!before.Answers.TryGetValue(key, out var old) || old.Status != answer.Status || old.Reason != answer.Reason)
                {
                    return true;
                }

                return !ReferenceEquals(old, answer) && endsSoon(old);
            }
        }
    }
}
