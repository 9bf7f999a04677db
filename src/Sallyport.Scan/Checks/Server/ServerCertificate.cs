using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Server;

/// <summary>TLS-019: the server's own certificate chain.</summary>
internal sealed class ServerCertificate : Check
{
    /// <summary>A lifetime over this is worth a fact: public CAs must not exceed it (CA/Browser Forum, ballot SC-31).</summary>
    private static readonly TimeSpan s_longLife = TimeSpan.FromDays(398);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-019",
        Title = "The server's certificate chain is not in order",
        Category = Category.Encryption,
        Severity = Severity.High,
        Variants =
        [
            new("expired", "A certificate of the server's chain has expired", Severity.High),
            new("not-yet-valid", "A certificate of the server's chain is not valid yet", Severity.Medium),
            new("name", "The server's certificate does not name the host", Severity.High),
            new("untrusted", "The server's chain does not lead to the given root", Severity.High),
            new("missing-intermediate", "The server does not send the intermediate that its certificate needs", Severity.Medium),
            new("order", "The server sends its chain out of order", Severity.Low),
            new("weak-key", "A key in the server's chain is too short", Severity.High),
            new("weak-signature", "A certificate of the server's chain is signed with a broken digest", Severity.Medium),
            new("usage", "The server's certificate is not meant for servers", Severity.Medium),
            new("staple", "The server's certificate demands a stapled OCSP answer, and none is sent", Severity.Medium),
        ],
        Standards = new()
        {
            Cwe = [295, 298],
            OwaspApi = ["API8:2023"],
            PciDss = ["4.2.1", "4.2.1.1"],
            Asvs = ["12.3.2"],
        },
        Needs = [Need.Tls],
        Why = "Clients tell the API from an impostor by its certificate alone. A chain with a wrong name, a passed date, a short key or a missing "
            + "intermediate teaches them to switch the check off, and then anyone on the path can answer as the API.",
        Impact = "A man in the middle that clients cannot tell from the server; or clients that stop working from one day to the next.",
        How = "The chain is taken as the server sends it and read from its bytes: dates at the scan's clock, names from the SANs only, key and signature strength, "
            + "purpose, order, and whether it leads to the root given with --server-ca. Nothing is fetched: CRL, OCSP and issuer addresses are listed, not contacted.",
        Sources = ["RFC 5280, sections 4.1.2.5 and 4.2.1", "RFC 9525, section 6", "RFC 8446, section 4.4.2", "RFC 7633", "NIST SP 800-52 Rev. 2, section 3.2"],
        Remedies = RenewServerCertificate.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<CertificateProfile> chain = [];
        foreach (ImmutableArray<byte> der in context.Survey.ServerChain)
        {
            if (!CertificateProfile.TryRead(der.AsSpan(), out CertificateProfile? profile, out CertificateDefect? defect))
            {
                return Task.FromResult(CheckResult.NotTested($"certificate {chain.Count + 1} of the server's chain cannot be read ({defect.Kind})"));
            }

            chain.Add(profile);
        }

        return Task.FromResult(chain.Count == 0
            ? CheckResult.NotTested("the server's certificate was not seen in any handshake")
            : Judge(context, chain));
    }

    private CheckResult Judge(CheckContext context, List<CertificateProfile> chain)
    {
        string host = context.Request.Target.Host;
        DateTimeOffset now = context.Time.GetUtcNow();
        bool? stapled = Stapled(context);
        Dictionary<string, string> seen = [];
        foreach ((string variant, string observed) in ServerChainJudge.Judge(chain, host, now, stapled))
        {
            seen.TryAdd(variant, observed);
        }

        List<ProbeResult> probes = [];
        foreach (CheckVariant variant in Info.Variants)
        {
            Outcome outcome = variant.Slug switch
            {
                "untrusted" or "missing-intermediate" => Trust(context, chain, variant.Slug, seen),
                "staple" when chain[0].MustStaple && stapled is null => new Outcome.NotTested("no handshake that asked for a staple succeeded"),
                "staple" when !chain[0].MustStaple => new Outcome.NotApplicable("the certificate does not demand a staple"),
                _ => seen.TryGetValue(variant.Slug, out string? observed) ? Failed(context, variant, observed) : new Outcome.Passed(),
            };
            probes.Add(new ProbeResult(outcome) { Variant = variant.Slug });
        }

        return new() { Probes = [.. probes], Facts = [.. Facts(chain, context)] };
    }

    /// <summary>
    /// The survey says whether the whole chain verifies. When it does not, and no other defect explains it, the root or an intermediate is missing:
    /// the leaf alone of a certificate that is not self-issued tells the second from the first.
    /// </summary>
    private static Outcome Trust(CheckContext context, List<CertificateProfile> chain, string variant, Dictionary<string, string> seen)
    {
        if (context.Survey.ServerTrusted)
        {
            return new Outcome.Passed();
        }

        if (context.Request.ServerRoots.IsEmpty)
        {
            return new Outcome.NotTested("the chain does not lead to a root of this system, and no other root was given")
            {
                Needs = ["the server's root certificate: --server-ca FILE (serverCa: in the configuration)"],
            };
        }

        if (seen.Keys.Any(key => key is "expired" or "not-yet-valid" or "name" or "usage"))
        {
            return new Outcome.NotTested($"another defect of the chain hides it: {context.Survey.ServerDistrust}");
        }

        CertificateProfile top = chain[^1];
        bool rootSent = top.IsSelfIssued;
        bool issuedByGivenRoot = context.Request.ServerRoots.Any(root =>
            CertificateProfile.TryRead(root.AsSpan(), out CertificateProfile? profile, out _) && profile.Subject.Equals(top.Issuer));
        bool missing = !rootSent && !issuedByGivenRoot;
        CheckVariant failed = new(variant, string.Empty, Severity.High);
        return (variant, missing) switch
        {
            ("missing-intermediate", true) => Failed(context, failed, $"the last certificate sent is issued by '{top.Issuer}', which was neither sent nor given as a root"),
            ("missing-intermediate", false) => new Outcome.Passed(),
            ("untrusted", true) => new Outcome.NotTested("an intermediate is missing, so the root cannot be told"),
            _ => Failed(context, failed, context.Survey.ServerDistrust ?? "the chain does not lead to the given root"),
        };
    }

    private static Outcome.Failed Failed(CheckContext context, CheckVariant variant, string observed) => new(new Flaw
    {
        Expected = "a chain that is in its dates, names the host, is strong, and leads to the root that clients trust",
        Observed = observed,
        // The certificate itself is the proof.
        Confidence = Confidence.Confirmed,
        Cause = $"server-certificate/{variant.Slug}",
        Replay = $"openssl s_client -connect {context.Survey.Address} -servername {context.Request.Target.Host} -showcerts </dev/null",
        Evidence =
        [
            new()
            {
                Title = "the server's chain as sent",
                Sent = $"a ClientHello to {context.Request.Target}",
                Received = string.Join("\n", context.Survey.ServerChain.Select((der, i) => Line(der, i))),
            },
        ],
    });

    // Every handshake of the survey asks for a staple (status_request); null when none of them finished.
    private static bool? Stapled(CheckContext context)
    {
        ImmutableArray<SessionFacts> sessions = [.. context.Survey.Handshakes.Select(handshake => handshake.Nobody).Append(context.Survey.Control?.First).Select(exchange => exchange?.Session).OfType<SessionFacts>()];
        return sessions.IsEmpty ? null : sessions.Any(session => !session.OcspResponse.IsEmpty);
    }

    private static string Line(ImmutableArray<byte> der, int index) =>
        CertificateProfile.TryRead(der.AsSpan(), out CertificateProfile? profile, out _)
            ? $"{index}: {profile.Subject} | issuer {profile.Issuer} | {profile.PublicKey.Name} | {profile.Signature.Name} | {profile.NotBefore:yyyy-MM-dd} to {profile.NotAfter:yyyy-MM-dd}"
            : $"{index}: unreadable";

    private IEnumerable<Fact> Facts(List<CertificateProfile> chain, CheckContext context)
    {
        CertificateProfile leaf = chain[0];
        yield return new Fact(Info.Id, "Server certificate", $"{leaf.Subject}, {leaf.PublicKey.Name}, {leaf.Signature.Name}, until {leaf.NotAfter:yyyy-MM-dd}, SHA-256 {leaf.Thumbprint}");
        yield return new Fact(Info.Id, "Server chain", $"{chain.Count} certificate(s) sent");
        if (leaf.NotAfter - leaf.NotBefore > s_longLife)
        {
            yield return new Fact(Info.Id, "Long-lived server certificate", $"{(leaf.NotAfter - leaf.NotBefore).TotalDays:F0} days");
        }

        ImmutableArray<string> sources = [.. leaf.CrlUrls, .. leaf.OcspUrls];
        yield return new Fact(
            Info.Id,
            "Revocation sources of the server certificate",
            sources.IsEmpty ? "none named" : string.Join(", ", sources.Take(6)) + " (not contacted)");
        if (!context.Survey.ServerTrusted && context.Survey.ServerDistrust is { } distrust)
        {
            yield return new Fact(Info.Id, "Server not verified", distrust);
        }
    }
}
