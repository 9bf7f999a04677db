using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Scan.Transport;

/// <summary>
/// Judges the chain that a server showed. The only place that goes on with a server that is not trusted, and only to observe it:
/// the judgement decides whether tokens and cookies may travel.
/// </summary>
/// <remarks>RFC 5280 and RFC 9525. Does not check revocation: a list fetched here would be a request to a host the user did not name.</remarks>
internal sealed class ObservedServerTrust
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private readonly ImmutableArray<ImmutableArray<byte>> _roots;
    private readonly TimeProvider _time;
    private readonly JudgedChains _judged = new();

    /// <summary>Judges by roots.</summary>
    /// <param name="roots">The roots that a chain must lead to, DER; empty for the system's.</param>
    /// <param name="time">The clock.</param>
    public ObservedServerTrust(ImmutableArray<ImmutableArray<byte>> roots, TimeProvider time)
    {
        _roots = roots;
        _time = time;
    }

    /// <summary>Judges a chain.</summary>
    /// <param name="chain">The certificates as sent, leaf first.</param>
    /// <param name="keyProved">Whether the server proved its key in the handshake; <c>null</c> when it cannot be told, which is no proof.</param>
    /// <param name="hosts">The names by which the server may be called; one must be in the certificate.</param>
    public ServerTrust Judge(ImmutableArray<ImmutableArray<byte>> chain, bool? keyProved, params IReadOnlyList<string> hosts)
    {
        if (chain.IsEmpty)
        {
            return new ServerTrust.Distrusted("it showed no certificate");
        }

        if (keyProved != true)
        {
            return new ServerTrust.Distrusted("it did not prove that it holds the key of its certificate");
        }

        DateTimeOffset now = _time.GetUtcNow();
        string name = JudgedChains.NameOf(chain, hosts);
        if (_judged.Find(name, now) is { } said)
        {
            return said;
        }

        List<X509Certificate2> held = [];
        try
        {
            foreach (ImmutableArray<byte> der in chain)
            {
                held.Add(X509CertificateLoader.LoadCertificate(der.AsSpan()));
            }

            (ServerTrust trust, DateTimeOffset until) = Judge(held, hosts, now);
            _judged.Keep(name, trust, now, until);
            return trust;
        }
        catch (CryptographicException)
        {
            return new ServerTrust.Distrusted("its certificate cannot be read");
        }
        finally
        {
            held.ForEach(certificate => certificate.Dispose());
        }
    }

    private (ServerTrust Trust, DateTimeOffset Until) Judge(List<X509Certificate2> sent, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(sent.Skip(1).ToArray());
        List<X509Certificate2> roots = [];
        try
        {
            if (!_roots.IsEmpty)
            {
                chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
                roots.AddRange(_roots.Select(root => X509CertificateLoader.LoadCertificate(root.AsSpan())));
                chain.ChainPolicy.CustomTrustStore.AddRange(roots.ToArray());
            }

            bool built = chain.Build(sent[0]);
            ServerTrust trust = !built ? new ServerTrust.Distrusted(Reason(chain))
                : hosts.Any(host => sent[0].MatchesHostname(host, allowWildcards: true, allowCommonName: false)) ? new ServerTrust.Verified()
                : new ServerTrust.Distrusted($"its certificate does not name {hosts[0]}");
            return (trust, JudgedChains.NextDate([.. sent, .. roots, .. chain.ChainElements.Select(static element => element.Certificate)], now));
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }

            roots.ForEach(root => root.Dispose());
        }
    }

    private string Reason(X509Chain chain)
    {
        X509ChainStatusFlags flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        string roots = _roots.IsEmpty ? "the system's roots (give its CA with --server-ca)" : "the given server CA";
        return flags switch
        {
            _ when flags.HasFlag(X509ChainStatusFlags.NotTimeValid) => "its certificate, or one above it, is not valid at this time",
            _ when flags.HasFlag(X509ChainStatusFlags.NotSignatureValid) => "a signature in its chain is wrong",
            _ when (flags & (X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot)) != X509ChainStatusFlags.NoError => $"its chain does not lead to {roots}",
            _ when flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) => "its certificate is not for servers",
            _ => $"its chain is refused: {flags}",
        };
    }
}
