using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Certificates.Revocation;

/// <summary>Everything known about revocation at one moment: immutable, so that a handshake reads it without a lock.</summary>
/// <remarks>
/// Lists need not be authentic to be in it: every use checks signature, signer, dates and scope again. Signatures by the keys given
/// here are checked once, when the snapshot is made.
/// </remarks>
public sealed class RevocationSnapshot
{
    private readonly FrozenDictionary<DistinguishedName, ImmutableArray<CertificateRevocationList>> _complete;
    private readonly FrozenDictionary<DistinguishedName, ImmutableArray<CertificateRevocationList>> _deltas;
    private readonly FrozenDictionary<(Octets Pin, Octets Serial), OcspAnswer> _answers;
    private readonly FrozenSet<(CertificateRevocationList List, Octets Pin)> _signed;
    private readonly FrozenSet<CertificateThumbprint> _denied;
    private readonly HashSet<CertificateRevocationList> _outdated;

    private RevocationSnapshot(
        long epoch,
        ImmutableArray<CertificateRevocationList> lists,
        ImmutableArray<OcspAnswer> answers,
        FrozenSet<CertificateThumbprint> denied,
        FrozenSet<(CertificateRevocationList, Octets)> signed,
        HashSet<CertificateRevocationList> outdated)
    {
        Epoch = epoch;
        Lists = lists;
        Answers = answers;
        _denied = denied;
        _signed = signed;
        _outdated = outdated;
        _complete = ByIssuer(lists.Where(static l => !l.IsDelta));
        _deltas = ByIssuer(lists.Where(static l => l.IsDelta));
        _answers = answers
            .GroupBy(static a => (a.IssuerPin, a.SerialNumber))
            .ToFrozenDictionary(static g => g.Key, static g => g.Aggregate(static (one, other) => one.YieldsTo(other) ? other : one));
    }

    /// <summary>A snapshot that knows nothing, epoch 0.</summary>
    public static RevocationSnapshot Empty { get; } = Of(0, [], [], [], []);

    /// <summary>The caller's number for this snapshot; a later one is greater.</summary>
    public long Epoch { get; }

    /// <summary>The lists, in the order given.</summary>
    public ImmutableArray<CertificateRevocationList> Lists { get; }

    /// <summary>The OCSP answers, in the order given.</summary>
    public ImmutableArray<OcspAnswer> Answers { get; }

    /// <summary>Makes a snapshot.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="lists">Complete and delta lists of any issuers.</param>
    /// <param name="answers">Verified OCSP answers; of several about one certificate the newest counts.</param>
    /// <param name="denied">Certificates that are refused whatever anybody says.</param>
    /// <param name="signers">Certificates whose keys may have signed the lists (anchors, intermediates, CRL signers), for speed only.</param>
    /// <param name="outdated">Those of the lists that are believed about whom they name only, as if their nextUpdate had passed; none by default.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RevocationSnapshot Of(
        long epoch,
        IEnumerable<CertificateRevocationList> lists,
        IEnumerable<OcspAnswer> answers,
        IEnumerable<CertificateThumbprint> denied,
        IEnumerable<CertificateProfile> signers,
        IEnumerable<CertificateRevocationList>? outdated = null)
    {
        ArgumentNullException.ThrowIfNull(lists);
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(denied);
        ArgumentNullException.ThrowIfNull(signers);
        ImmutableArray<CertificateRevocationList> all = [.. lists];
        var signed = new HashSet<(CertificateRevocationList, Octets)>();
        foreach (CertificateProfile signer in signers)
        {
            foreach (CertificateRevocationList list in all.Where(l => l.Issuer.Equals(signer.Subject) && l.IsSignedBy(signer)))
            {
                signed.Add((list, signer.PublicKey.Pin));
            }
        }

        return new RevocationSnapshot(epoch, all, [.. answers], denied.ToFrozenSet(), signed.ToFrozenSet(), [.. outdated ?? []]);
    }

    /// <summary>Whether a certificate is on the deny list.</summary>
    public bool Denies(CertificateThumbprint thumbprint) => _denied.Contains(thumbprint);

    /// <summary>Complete lists of an issuer, newest first.</summary>
    internal ImmutableArray<CertificateRevocationList> Complete(DistinguishedName issuer) => _complete.GetValueOrDefault(issuer, []);

    /// <summary>Delta lists of an issuer, newest first.</summary>
    internal ImmutableArray<CertificateRevocationList> Deltas(DistinguishedName issuer) => _deltas.GetValueOrDefault(issuer, []);

    internal OcspAnswer? Answer(Octets issuerPin, Octets serial) => _answers.GetValueOrDefault((issuerPin, serial));

    /// <summary>Whether a list only counts for whom it names.</summary>
    internal bool IsOutdated(CertificateRevocationList list) => _outdated.Contains(list);

    internal bool IsKnownSigned(CertificateRevocationList list, Octets pin) => _signed.Contains((list, pin));

    private static FrozenDictionary<DistinguishedName, ImmutableArray<CertificateRevocationList>> ByIssuer(IEnumerable<CertificateRevocationList> lists) =>
        lists.GroupBy(static l => l.Issuer)
            .ToFrozenDictionary(static g => g.Key, static g => g.OrderByDescending(static l => l.ThisUpdate).ToImmutableArray());
}
