using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Chain;

/// <summary>One question to the verifier: its inputs and its budgets.</summary>
internal sealed class Verification
{
    private const int MaxSteps = 512;

    private readonly FrozenDictionary<DistinguishedName, ImmutableArray<TrustAnchor>> _anchors;
    private readonly Dictionary<DistinguishedName, ImmutableArray<CertificateProfile>> _pool = [];
    private int _steps = MaxSteps;

    public Verification(
        ChainPolicy policy,
        DateTimeOffset now,
        RevocationSnapshot snapshot,
        SignatureLedger signatures,
        FrozenDictionary<DistinguishedName, ImmutableArray<TrustAnchor>> anchors,
        IEnumerable<CertificateProfile> pool)
    {
        Policy = policy;
        Now = now;
        Snapshot = snapshot;
        Signatures = signatures;
        _anchors = anchors;
        foreach (CertificateProfile certificate in pool)
        {
            ImmutableArray<CertificateProfile> named = _pool.GetValueOrDefault(certificate.Subject, []);
            if (!named.Any(c => c.Thumbprint == certificate.Thumbprint))
            {
                _pool[certificate.Subject] = named.Add(certificate);
            }
        }
    }

    public ChainPolicy Policy { get; }

    public DateTimeOffset Now { get; }

    public RevocationSnapshot Snapshot { get; }

    public SignatureLedger Signatures { get; }

    public bool IsExhausted => _steps == 0 || Signatures.IsExhausted;

    public bool TryStep()
    {
        if (_steps == 0)
        {
            return false;
        }

        _steps--;
        return true;
    }

    public ImmutableArray<TrustAnchor> AnchorsNamed(DistinguishedName name) => _anchors.GetValueOrDefault(name, []);

    /// <summary>Every certificate of this name that was presented or configured, anchors excepted.</summary>
    public ImmutableArray<CertificateProfile> Named(DistinguishedName name) => _pool.GetValueOrDefault(name, []);

    /// <summary>Possible issuers, those first whose key identifier is the one that the certificate names.</summary>
    public ImmutableArray<CertificateProfile> IssuersOf(CertificateProfile certificate)
    {
        ImmutableArray<CertificateProfile> named = Named(certificate.Issuer);
        Octets? wanted = certificate.AuthorityKeyIdentifier?.KeyIdentifier;
        return named.Length < 2 || wanted is null
            ? named
            : [.. named.OrderByDescending(c => c.SubjectKeyIdentifier == wanted)];
    }
}
