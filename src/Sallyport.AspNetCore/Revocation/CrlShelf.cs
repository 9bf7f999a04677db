using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>The lists that count: for each issuer, key and scope the newest that was ever accepted. For one caller at a time.</summary>
/// <remarks>
/// What is not authentic never gets a place, so that nobody can push out a good list with a forged newer one; and what was
/// accepted is never replaced by something older, so that nobody can bring the revoked back to life with yesterday's list.
/// </remarks>
internal sealed class CrlShelf(RevocationLog log)
{
    private readonly Dictionary<string, Source> _sources = new(StringComparer.Ordinal);
    private readonly Dictionary<Place, Accepted> _places = [];
    private readonly Dictionary<Octets, CertificateProfile?> _signers = [];
    private ImmutableArray<CertificateProfile> _authorities = [];

    /// <summary>A source has these lists.</summary>
    public void Offer(string source, ReadLists lists, DateTimeOffset now)
    {
        _signers.Clear();
        _sources[source] = new Source(lists.All, now);
    }

    /// <summary>A source still has what it offered last.</summary>
    public void Confirm(string source, DateTimeOffset now)
    {
        if (_sources.TryGetValue(source, out var offered))
        {
            offered.ConfirmedAt = now;
        }
    }

    /// <summary>Judges everything offered again: by the authorities that are configured now, and by the clock.</summary>
    public void Sort(ImmutableArray<CertificateProfile> authorities, DateTimeOffset now)
    {
        if (!_authorities.SequenceEqual(authorities))
        {
            _authorities = authorities;
            _signers.Clear();
        }

        foreach (var (name, source) in _sources)
        {
            foreach (var offered in source.Lists)
            {
                var fate = Judge(offered, source.ConfirmedAt, now);
                if (!source.Told.TryGetValue(offered.Hash, out var told) || told != fate)
                {
                    source.Told[offered.Hash] = fate;
                    Tell(name, offered.List, fate, now);
                }
            }
        }
    }

    /// <summary>The lists whose signer is configured and that are fresh enough.</summary>
    /// <param name="freshness">How fresh they must be; null for every one that is the last of its place.</param>
    public ImmutableArray<CrlInForce> InForce(CrlFreshness? freshness) =>
    [
        .. _places.Where(p => _authorities.Any(p.Key.IsSignedBy) && (freshness is null || IsFresh(p.Key, p.Value, freshness)))
            .Select(static p => new CrlInForce(p.Value.Offered.List, p.Value.ConfirmedAt)),
    ];

    /// <summary>
    /// A complete list whose delta has outrun it is not fresh once the delta has grown old, or when the delta is over a later base: by
    /// itself it would bring back to life whom the deltas revoked.
    /// </summary>
    private bool IsFresh(Place place, Accepted accepted, CrlFreshness freshness) =>
        accepted.ConfirmedAt >= freshness.ConfirmedSince
        && (place.IsDelta
            || !_places.TryGetValue(place with { IsDelta = true }, out var delta)
            || delta.Offered.List.Number is not { } changed
            || accepted.Offered.List.Number is not { } number
            || Compare(number, changed) >= 0
            || (delta.Offered.List.BaseNumber is { } from
                && Compare(number, from) >= 0
                && delta.ConfirmedAt >= freshness.ConfirmedSince
                && delta.Offered.List.NextUpdate >= freshness.NextUpdateSince));

    private CrlFate Judge(ReadList offered, DateTimeOffset confirmedAt, DateTimeOffset now)
    {
        var list = offered.List;
        if (SignerOf(offered) is not { } signer)
        {
            return CrlFate.UnknownSigner;
        }

        if (signer.KeyUsage is { } usage && !usage.HasFlag(KeyUsages.CrlSign))
        {
            return CrlFate.SignerMayNotSign;
        }

        if (list.HasUnknownCriticalExtension || list.NextUpdate is null)
        {
            return list.NextUpdate is null ? CrlFate.WithoutNextUpdate : CrlFate.UnknownCriticalExtension;
        }

        var place = new Place(list.Issuer, list.Scope, list.IsDelta, signer.PublicKey.Pin);
        if (_places.TryGetValue(place, out var accepted) && accepted.Offered.Hash == offered.Hash)
        {
            accepted.ConfirmedAt = confirmedAt > accepted.ConfirmedAt ? confirmedAt : accepted.ConfirmedAt;
            return CrlFate.Accepted;
        }

        if (list.ThisUpdate > now)
        {
            return CrlFate.NotYetValid;
        }

        if (accepted is not null && !IsNewer(list, accepted.Offered.List))
        {
            return CrlFate.OlderThanAccepted;
        }

        _places[place] = new Accepted(offered, confirmedAt);
        return CrlFate.Accepted;
    }

    private CertificateProfile? SignerOf(ReadList offered)
    {
        if (!_signers.TryGetValue(offered.Hash, out var signer))
        {
            signer = _authorities.FirstOrDefault(a => a.Subject.Equals(offered.List.Issuer) && offered.List.IsSignedBy(a));
            _signers[offered.Hash] = signer;
        }

        return signer;
    }

    /// <summary>Not behind in number or date, and ahead in one of them.</summary>
    private static bool IsNewer(CertificateRevocationList list, CertificateRevocationList accepted)
    {
        var byNumber = list.Number is { } number && accepted.Number is { } before ? Compare(number, before) : 0;
        var byDate = list.ThisUpdate.CompareTo(accepted.ThisUpdate);
        return byNumber >= 0 && byDate >= 0 && byNumber + byDate > 0;
    }

    /// <summary>Compares magnitudes.</summary>
    private static int Compare(Octets left, Octets right)
    {
        var a = left.Span.TrimStart((byte)0);
        var b = right.Span.TrimStart((byte)0);
        return Math.Sign(a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b));
    }

    private void Tell(string source, CertificateRevocationList list, CrlFate fate, DateTimeOffset now)
    {
        var issuer = list.Issuer.Text;
        if (fate == CrlFate.Accepted)
        {
            log.ListAccepted(source, issuer, list.Number?.ToHex() ?? "none", list.ThisUpdate, list.Count);
            if (list.NextUpdate < now)
            {
                log.ListOutdated(source, issuer, list.NextUpdate);
            }
        }
        else
        {
            log.ListRefused(source, issuer, list.Number?.ToHex() ?? "none", list.ThisUpdate, fate);
        }
    }

    private sealed record Place(DistinguishedName Issuer, Octets Scope, bool IsDelta, Octets Pin)
    {
        public bool IsSignedBy(CertificateProfile authority) => authority.PublicKey.Pin == Pin && authority.Subject.Equals(Issuer);
    }

    private sealed class Accepted(ReadList offered, DateTimeOffset confirmedAt)
    {
        public ReadList Offered => offered;

        public DateTimeOffset ConfirmedAt { get; set; } = confirmedAt;
    }

    private sealed class Source(ImmutableArray<ReadList> lists, DateTimeOffset confirmedAt)
    {
        public ImmutableArray<ReadList> Lists => lists;

        public DateTimeOffset ConfirmedAt { get; set; } = confirmedAt;

        public Dictionary<Octets, CrlFate> Told { get; } = [];
    }
}
