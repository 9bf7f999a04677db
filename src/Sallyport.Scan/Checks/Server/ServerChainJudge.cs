using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using Sallyport.Certificates;

namespace Sallyport.Scan.Checks.Server;

/// <summary>What is wrong with the certificates a server sends: pure, from bytes, a host and a clock.</summary>
/// <remarks>RFC 5280 and RFC 9525. Says nothing of trust: whether the chain leads to the right root is judged where the connection is made.</remarks>
internal static class ServerChainJudge
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyPurpose = "2.5.29.37.0";

    /// <summary>The variants of TLS-019 that this chain has, with what was seen, in the order of the chain.</summary>
    /// <param name="chain">The certificates that could be read, as sent, leaf first; not empty.</param>
    /// <param name="host">The name or IP literal the client asked for.</param>
    /// <param name="now">The time to judge at.</param>
    /// <param name="stapled">Whether an OCSP answer was stapled; <c>null</c> when no handshake asked for one.</param>
    public static IEnumerable<(string Variant, string Observed)> Judge(IReadOnlyList<CertificateProfile> chain, string host, DateTimeOffset now, bool? stapled)
    {
        CertificateProfile leaf = chain[0];
        foreach (CertificateProfile certificate in chain)
        {
            if (now > certificate.NotAfter)
            {
                yield return ("expired", $"{Named(certificate)} expired on {certificate.NotAfter:yyyy-MM-dd HH:mm} UTC");
            }

            if (now < certificate.NotBefore)
            {
                yield return ("not-yet-valid", $"{Named(certificate)} is valid only from {certificate.NotBefore:yyyy-MM-dd HH:mm} UTC");
            }

            if (certificate.PublicKey.SecurityBits is > 0 and < 112)
            {
                yield return ("weak-key", $"{Named(certificate)} has a {certificate.PublicKey.Name} key");
            }

            // The signature of a root is not what makes it trusted, so its digest does not matter.
            if (certificate.Signature.IsWeak && !certificate.IsSelfIssued)
            {
                yield return ("weak-signature", $"{Named(certificate)} is signed with {certificate.Signature.Name}");
            }
        }

        if (!NamesHost(leaf, host))
        {
            yield return ("name", $"the certificate names {Names(leaf)}, not {host}");
        }

        if (!leaf.ExtendedKeyUsages.IsEmpty && !leaf.ExtendedKeyUsages.Contains(ServerAuthentication) && !leaf.ExtendedKeyUsages.Contains(AnyPurpose))
        {
            yield return ("usage", $"the certificate's extended key usage is {string.Join(", ", leaf.ExtendedKeyUsages)}, without serverAuth");
        }

        if (leaf.MustStaple && stapled == false)
        {
            yield return ("staple", "the certificate demands a stapled OCSP answer (RFC 7633), and none came");
        }

        if (!InOrder(chain))
        {
            yield return ("order", "a certificate in the chain does not certify the one before it");
        }
    }

    /// <summary>Whether a certificate's SANs name a host (RFC 9525, section 6): exact, or one wildcard label on the left; never the CN.</summary>
    /// <param name="leaf">The certificate.</param>
    /// <param name="host">A DNS name in A-labels, or an IP literal.</param>
    public static bool NamesHost(CertificateProfile leaf, string host)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return leaf.SubjectAlternativeNames.OfType<GeneralName.Ip>().Any(name => address.Equals(name.Address));
        }

        string wanted = host.TrimEnd('.');
        int dot = wanted.IndexOf('.', StringComparison.Ordinal);
        string? parent = dot > 0 ? wanted[(dot + 1)..] : null;
        return leaf.SubjectAlternativeNames.OfType<GeneralName.Dns>().Any(name =>
            string.Equals(name.Name, wanted, StringComparison.OrdinalIgnoreCase)
            || (parent is not null && parent.Contains('.', StringComparison.Ordinal) && name.Name.StartsWith("*.", StringComparison.Ordinal)
                && string.Equals(name.Name[2..], parent, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Whether each certificate's issuer is the next one's subject (RFC 5246, section 7.4.2; RFC 8446 only recommends it).</summary>
    private static bool InOrder(IReadOnlyList<CertificateProfile> chain)
    {
        for (int i = 0; i + 1 < chain.Count; i++)
        {
            if (!chain[i].Issuer.Equals(chain[i + 1].Subject))
            {
                return false;
            }
        }

        return true;
    }

    private static string Named(CertificateProfile certificate) => $"'{Shown(certificate.Subject.ToString())}'";

    private static string Names(CertificateProfile leaf)
    {
        ImmutableArray<string> names = [.. leaf.SubjectAlternativeNames.Select(name => name switch
        {
            GeneralName.Dns dns => dns.Name,
            GeneralName.Ip ip => ip.Address?.ToString(),
            _ => null,
        }).OfType<string>().Take(6)];
        return names.IsEmpty ? "no host" : Shown(string.Join(", ", names));
    }

    // Text from a certificate may hold anything; a report shows it on one line.
    private static string Shown(string text) => new([.. text.Select(c => char.IsControl(c) ? '?' : c).Take(200)]);
}
