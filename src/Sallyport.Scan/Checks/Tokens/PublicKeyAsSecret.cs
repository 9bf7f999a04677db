using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-003: the public key taken for a shared secret.</summary>
internal sealed class PublicKeyAsSecret : TokenCheck
{
    private const int MaxProbes = 24;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-003",
        Title = "A public key is taken for a shared secret",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [347, 327], OwaspApi = ["API2:2023"], PciDss = ["6.2.4"], Asvs = ["9.1.2"] },
        Needs = [Need.Caller],
        Why = "A verifier that takes the algorithm from the header and one key for all of them computes an HMAC with the text of the public key when the header says HS256. Everybody knows that text: it stands in the key set, in a certificate, in documentation. Where the same key pair serves TLS or a client, the certificate of the handshake is enough.",
        Impact = "Anybody signs tokens for any user with a key that is public.",
        How = "The real token's claims, signed with HS256 and each public key that can be had: the issuer's key set where the issuer is the target or an origin, the token's own x5c, the server's TLS certificate and the client's; as PEM with and without a line end, as DER, as JWK text. Without the key that signed the real token a refusal stays undecided.",
        Sources = ["RFC 8725, sections 2.1 and 3.1", "CVE-2015-9235", "CVE-2016-10555", "CVE-2022-29217", "CVE-2024-54150"],
        Remedies = VerifyTokens.Signature,
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        if (token.Algorithm is "HS256" or "HS384" or "HS512")
        {
            return CheckResult.NotApplicable("the tokens are signed with a shared secret: there is no public key to confuse with it");
        }

        ImmutableArray<PublicKey> keys = await PublicKeys.OfAsync(context, scene, cancellationToken).ConfigureAwait(false);
        List<TokenProbe> probes = [];
        foreach (PublicKey key in keys.OrderByDescending(key => key.Key.Verifies(token)))
        {
            foreach ((string form, byte[] secret) in Forms(key.Key, all: key.Key.Verifies(token)))
            {
                probes.Add(new($"HS256 keyed with the {key.Source} as {form}", JsonWebToken.Sign(token.Header, token.Claims, JwsSigner.Hmac("HS256", secret))));
            }
        }

        CheckResult result = await TryAsync(
            context, scene, probes.DistinctBy(probe => probe.Token).Take(MaxProbes), "A token of the issuer is verified with the algorithm that goes with the issuer's key, and HS256 is refused.", cancellationToken).ConfigureAwait(false);
        if (keys.Any(key => key.Key.Verifies(token)))
        {
            return result;
        }

        Outcome unknown = new Outcome.NotTested("the public key that verifies the tokens was not found: only other keys were tried")
        {
            Needs = ["the issuer's key set at /.well-known/jwks.json of the target or of an origin (origins)"],
        };
        return result with { Probes = [.. result.Probes.Select(probe => probe.Outcome is Outcome.Passed ? probe with { Outcome = unknown } : probe)] };
    }

    // What a program may hold as "the key": the file's bytes, with or without its last line end, or what it was made of.
    private static IEnumerable<(string Form, byte[] Secret)> Forms(JsonWebKey key, bool all)
    {
        yield return ("PEM with a line end", Encoding.ASCII.GetBytes(key.Pem + "\n"));
        yield return ("PEM without a line end", Encoding.ASCII.GetBytes(key.Pem));
        if (!key.Certificate.IsEmpty)
        {
            string certificate = PemEncoding.WriteString("CERTIFICATE", key.Certificate.AsSpan());
            yield return ("certificate PEM with a line end", Encoding.ASCII.GetBytes(certificate + "\n"));
            yield return ("certificate PEM without a line end", Encoding.ASCII.GetBytes(certificate));
        }

        if (all)
        {
            yield return ("DER", [.. key.PublicKeyInfo]);
            yield return ("JWK text", Encoding.UTF8.GetBytes(key.Text));
            if (!key.IsElliptic)
            {
                using RSA rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(key.PublicKeyInfo.AsSpan(), out _);
                yield return ("PKCS#1 PEM with a line end", Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem() + "\n"));
                yield return ("PKCS#1 PEM without a line end", Encoding.ASCII.GetBytes(rsa.ExportRSAPublicKeyPem()));
            }
        }
    }
}
