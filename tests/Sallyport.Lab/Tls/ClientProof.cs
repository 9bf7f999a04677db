using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Tls;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>What a client showed in one handshake, judged with the script's flaws.</summary>
internal sealed class ClientProof(ServerScript script, ServerSite site, TlsVersion version, bool required)
{
    private bool _sawCertificate;
    private bool _sawVerify;
    private ImmutableArray<ImmutableArray<byte>> _chain = [];

    /// <summary>The leaf it believes in; empty = none.</summary>
    public byte[] Leaf { get; private set; } = [];

    /// <summary>Whether the site may be served.</summary>
    public bool Authorized { get; private set; }

    public AlertDescription? TakeCertificate(CertificateMessage message)
    {
        if (_sawCertificate)
        {
            return AlertDescription.UnexpectedMessage;
        }

        _sawCertificate = true;
        _chain = message.Chain;
        if (_chain.IsEmpty)
        {
            return !required ? null : version >= TlsVersion.Tls13 ? AlertDescription.CertificateRequired : AlertDescription.HandshakeFailure;
        }

        return Has(ServerFlaw.AcceptUntrustedChain) ? null : Judge();
    }

    public AlertDescription? TakeVerify(CertificateVerifyMessage message, ReadOnlySpan<byte> content)
    {
        if (_chain.IsEmpty || _sawVerify)
        {
            return AlertDescription.UnexpectedMessage;
        }

        _sawVerify = true;
        if (!Has(ServerFlaw.AcceptAnyScheme) && !script.ClientSchemes.Contains(message.Scheme))
        {
            return AlertDescription.IllegalParameter;
        }

        bool? right = HandshakeSignature.Verify(_chain[0].AsSpan(), message.Scheme, content, message.Signature.AsSpan());
        return right == true || Has(ServerFlaw.AcceptWrongSignature) || Has(ServerFlaw.AcceptAnyScheme) ? null : AlertDescription.DecryptError;
    }

    /// <summary>The judgement at Finished, when a certificate had been requested.</summary>
    public AlertDescription? Finish(bool afterHandshake)
    {
        if (!_sawCertificate)
        {
            bool forgiven = Has(afterHandshake ? ServerFlaw.AcceptFinishedAlone : ServerFlaw.AcceptOmittedCertificate);
            Authorized = forgiven;
            return forgiven ? null : AlertDescription.UnexpectedMessage;
        }

        if (!_chain.IsEmpty && !_sawVerify && !Has(ServerFlaw.AcceptOmittedCertificateVerify))
        {
            return AlertDescription.UnexpectedMessage;
        }

        Leaf = _chain.IsEmpty ? [] : [.. _chain[0]];
        Authorized = !_chain.IsEmpty;
        return null;
    }

    private bool Has(ServerFlaw flaw) => script.Flaws.HasFlag(flaw);

    private AlertDescription? Judge()
    {
        try
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(_chain[0].AsSpan());
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
            chain.ChainPolicy.CustomTrustStore.AddRange(site.ClientRoots.ToArray());
            foreach (ImmutableArray<byte> extra in _chain.Skip(1))
            {
                chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(extra.AsSpan()));
            }

            if (chain.Build(leaf))
            {
                return site.Admits?.Invoke(leaf.RawData) == false ? AlertDescription.CertificateRevoked : null;
            }

            X509ChainStatusFlags flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, static (all, one) => all | one.Status);
            return flags.HasFlag(X509ChainStatusFlags.NotTimeValid) ? AlertDescription.CertificateExpired
                : flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) ? AlertDescription.UnsupportedCertificate
                : AlertDescription.UnknownCa;
        }
        catch (CryptographicException)
        {
            return AlertDescription.BadCertificate;
        }
    }
}
