using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Linq;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Server;

/// <summary>TLS-020: a server key that others hold too, or can compute.</summary>
internal sealed class ServerKey : Check
{
    /// <summary>The mark of ASP.NET Core's HTTPS development certificate, whose key lies on a developer's machine.</summary>
    private const string AspNetDevelopment = "1.3.6.1.4.1.311.84.1.1";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-020",
        Title = "The server's key is held by others or can be computed",
        Category = Category.Encryption,
        Severity = Severity.High,
        Variants =
        [
            new("development", "The server uses a development certificate", Severity.High),
            new("client-key", "The server's key is also a client identity's key", Severity.High),
            new("close-primes", "The server's RSA key can be factored: its primes are too close", Severity.Critical),
            new("roca", "The server's RSA key has the fingerprint of a broken generator (ROCA)", Severity.Critical),
        ],
        Standards = new() { Cwe = [321, 1391], OwaspApi = ["API8:2023"], PciDss = ["4.2.1.1"], Asvs = ["11.1.2"] },
        Needs = [Need.Tls],
        Why = "The certificate proves nothing once its key is known to anyone else: keys of development certificates, keys copied from clients, and keys of "
            + "broken generators are such keys. The last two kinds can be told from the public key by arithmetic.",
        Impact = "Whoever has the key answers as the server and reads or changes every request.",
        How = "The public key in the chain is compared with the user's client identities, looked at for the extension of a development certificate, tested for "
            + "primes that Fermat's method finds in 100 rounds, and for the residues that a vulnerable smart-card library leaves (only residues are computed; nothing is factored further).",
        Sources = ["CVE-2022-26320 (Fermat factorisation of RSA keys)", "CVE-2017-15361 (ROCA)", "Hebrok et al., USENIX Security 2023 (default and shared keys)"],
        Remedies = RenewServerCertificate.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.ServerChain.IsEmpty
            || !CertificateProfile.TryRead(context.Survey.ServerChain[0].AsSpan(), out CertificateProfile? leaf, out _))
        {
            return Task.FromResult(CheckResult.NotTested("the server's certificate was not seen, or cannot be read"));
        }

        BigInteger? modulus = Modulus(leaf);
        ImmutableArray<Identity> identities = context.Request.Identities;
        // Who is declared to have no account and shows the server's very certificate is there to have it tried as a client's (MTLS-124).
        Identity? twin = identities.FirstOrDefault(identity => SameKey(identity, leaf) && !(identity.State == IdentityState.Unmapped && IsItself(identity, leaf)));
        bool known = identities.Any(identity => !identity.Chain.IsEmpty);
        Outcome noRsa = new Outcome.NotApplicable("the key is not RSA");
        return Task.FromResult(new CheckResult
        {
            Probes =
            [
                Probe("development", leaf.Extensions.Any(extension => extension.Oid == AspNetDevelopment)
                    ? Failed(leaf, "the certificate carries the extension of ASP.NET Core's HTTPS development certificate")
                    : new Outcome.Passed()),
                Probe("client-key", twin is not null
                    ? Failed(leaf, $"the server's public key is the one of the client identity {twin.Name}")
                    : known ? new Outcome.Passed() : new Outcome.NotTested("there is no client certificate to compare with") { Needs = ["a certificate: --identity NAME=cert.pem,key.pem"] }),
                Probe("close-primes", modulus is not { } close ? noRsa
                    : RsaWeakness.HasClosePrimes(close) ? Failed(leaf, "Fermat's method finds the factors of the modulus within 100 rounds")
                    : new Outcome.Passed()),
                Probe("roca", modulus is not { } roca ? noRsa
                    : RsaWeakness.HasRocaFingerprint(roca) ? Failed(leaf, "the modulus has the residues of the vulnerable generator modulo all 38 tested primes")
                    : new Outcome.Passed()),
            ],
        });
    }

    private static ProbeResult Probe(string variant, Outcome outcome) => new(outcome) { Variant = variant };

    private static Outcome.Failed Failed(CertificateProfile leaf, string observed) => new(new Flaw
    {
        Expected = "a key that only this server holds and that nobody can compute",
        Observed = observed,
        Confidence = Confidence.Confirmed,
        Evidence = [new() { Title = "the server's certificate", Sent = "a ClientHello", Received = $"{leaf.Subject}, {leaf.PublicKey.Name}, pin SHA-256 {leaf.PublicKey.Pin.ToHex()}" }],
    });

    private static bool IsItself(Identity identity, CertificateProfile leaf) =>
        CertificateProfile.TryRead(identity.Chain[0].AsSpan(), out CertificateProfile? profile, out _) && profile.Thumbprint == leaf.Thumbprint;

    private static bool SameKey(Identity identity, CertificateProfile leaf) =>
        !identity.Chain.IsEmpty
        && CertificateProfile.TryRead(identity.Chain[0].AsSpan(), out CertificateProfile? profile, out _)
        && profile.PublicKey.Pin == leaf.PublicKey.Pin;

    private static BigInteger? Modulus(CertificateProfile leaf)
    {
        if (leaf.PublicKey.Kind != PublicKeyKind.Rsa)
        {
            return null;
        }

        try
        {
            AsnReader info = new AsnReader(leaf.PublicKey.SubjectPublicKeyInfo.Memory, AsnEncodingRules.DER).ReadSequence();
            _ = info.ReadSequence();
            return new AsnReader(info.ReadBitString(out _), AsnEncodingRules.DER).ReadSequence().ReadInteger();
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
