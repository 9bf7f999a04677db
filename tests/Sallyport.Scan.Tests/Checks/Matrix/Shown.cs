using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.Scan.Tests.Checks.Matrix;

/// <summary>What a client showed, and the platform's judgement of it with chosen carelessness.</summary>
internal sealed record Shown(X509Certificate2 Leaf, ImmutableArray<X509Certificate2> Rest)
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    public ImmutableArray<string> DnsNames =>
        [.. Leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(extension => extension.EnumerateDnsNames())];

    public string CommonName => Leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    /// <summary>The account that the only DNS name stands for, compared byte for byte.</summary>
    public string? Account => DnsNames is [var name] && name.EndsWith(".client.test", StringComparison.Ordinal) ? name[..^".client.test".Length] : null;

    /// <summary>Whether the usage names clientAuth.</summary>
    public bool IsForClients => Leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(usage => usage.EnhancedKeyUsages.Cast<Oid>().Any(oid => oid.Value == ClientAuth));

    /// <summary>Whether key and signature have 112 bits of strength.</summary>
    public bool IsStrong
    {
        get
        {
            using RSA? rsa = Leaf.GetRSAPublicKey();
            return rsa is not { KeySize: < 2048 } && Leaf.SignatureAlgorithm.Value is not ("1.2.840.113549.1.1.5" or "1.2.840.10045.4.1");
        }
    }

    /// <summary>Whether the chain leads to the client CA; without a change, everything that the platform checks is checked.</summary>
    public bool LeadsTo(LabPki pki, Action<X509ChainPolicy>? careless = null, bool anyUsage = false)
    {
        ArgumentNullException.ThrowIfNull(pki);
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(pki.ClientCa);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ExtraStore.AddRange(Rest.ToArray());
        if (!anyUsage)
        {
            chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuth));
        }

        careless?.Invoke(chain.ChainPolicy);
        return chain.Build(Leaf) && chain.ChainElements[^1].Certificate.RawData.AsSpan().SequenceEqual(pki.ClientCa.Certificate.RawData);
    }

    /// <summary>All that a strict server asks for.</summary>
    public bool IsRight(LabPki pki) => LeadsTo(pki) && IsForClients && IsStrong;
}
