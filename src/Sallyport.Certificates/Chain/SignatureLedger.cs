using System.Collections.Generic;

namespace Sallyport.Certificates.Chain;

/// <summary>Checks each (certificate, issuer key) pair once and counts what it cost.</summary>
internal sealed class SignatureLedger(int budget, IReadOnlySet<(CertificateThumbprint Certificate, Octets Key)> known, KeyPool keys)
{
    private readonly Dictionary<(CertificateThumbprint, Octets, Octets), SignatureState> _seen = [];
    private int _left = budget;

    /// <summary>Whether a check was refused because the budget was spent.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>Takes over that this key made that signature: a fact that no rule, clock or revocation changes. Not for keys that inherit parameters.</summary>
    public void Remember(CertificateProfile certificate, PublicKeyProfile key)
    {
        if (!key.LacksParameters)
        {
            _seen[(certificate.Thumbprint, key.Pin, default)] = SignatureState.Valid;
        }
    }

    /// <summary>Takes one check from the budget.</summary>
    public bool TrySpend()
    {
        if (_left == 0)
        {
            IsExhausted = true;
            return false;
        }

        _left--;
        return true;
    }

    /// <param name="certificate">The certificate whose signature is checked.</param>
    /// <param name="key">The issuer's key.</param>
    /// <param name="parameters">Parameters for a key that inherits them; empty for all others.</param>
    public SignatureState Check(CertificateProfile certificate, PublicKeyProfile key, Octets parameters)
    {
        if (known.Contains((certificate.Thumbprint, key.Pin)))
        {
            return SignatureState.Valid;
        }

        (CertificateThumbprint, Octets, Octets) entry = (certificate.Thumbprint, key.Pin, parameters);
        if (_seen.TryGetValue(entry, out SignatureState state))
        {
            return state;
        }

        if (!SignatureCheck.Supports(certificate.Signature, key))
        {
            return SignatureState.Unsupported;
        }

        if (!TrySpend())
        {
            return SignatureState.NotChecked;
        }

        byte[]? digest = SignatureCheck.Digest(certificate.Signature, certificate.SignedPart.Span);
        bool valid = digest is not null
            && SignatureCheck.Verify(certificate.Signature, key, parameters, digest, certificate.SignatureValue.Span, keys);
        state = valid ? SignatureState.Valid : SignatureState.Invalid;
        _seen[entry] = state;
        return state;
    }
}
