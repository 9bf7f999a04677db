using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-017: ECDSA signatures of nothing.</summary>
internal sealed class PsychicSignature : TokenCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-017",
        Title = "An ECDSA signature of zeros is accepted",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [347], OwaspApi = ["API2:2023"], PciDss = ["6.2.4"], Asvs = ["9.1.1"] },
        Needs = [Need.Caller],
        Why = "ECDSA demands that r and s are at least 1 and below the order, and that the public key is a point of the curve. A verifier that leaves either out computes with zeros and finds that both sides agree, for every message and every key.",
        Impact = "Anybody signs tokens for any user, knowing no key at all.",
        How = "The real token's claims under ES256 (the token's own ES algorithm where it has one) with r = s = 0 in both encodings, with r = s = the order, and with a signature that holds when the key is taken for the point at infinity, once with such a key in the header.",
        Sources = ["CVE-2022-21449", "FIPS 186-5, section 6.4.2", "RFC 7518, section 3.4", "RFC 8725, section 3.4"],
        Remedies = [new(null, "Update the library or the runtime that verifies (Java 15 to 18: the April 2022 update), and verify with a fixed algorithm and a fixed key."), .. VerifyTokens.Signature[1..]],
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        string algorithm = token.Algorithm is "ES384" or "ES512" ? token.Algorithm : "ES256";
        JoseObject own = token.Header.Text("alg") == algorithm ? token.Header : token.Header.WithText("alg", algorithm);
        JoseObject p256 = token.Header.Text("alg") == "ES256" ? token.Header : token.Header.WithText("alg", "ES256");
        const string Zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        JoseObject withPoint = p256.With("jwk", $$"""{"kty":"EC","crv":"P-256","x":"{{Zero}}","y":"{{Zero}}"}""");
        return TryAsync(
            context,
            scene,
            [
                new($"{algorithm} and r = s = 0", JsonWebToken.Encode(own, token.Claims.Bytes, BrokenSignatures.Zero(algorithm))),
                new($"{algorithm} and r = s = 0 in DER", JsonWebToken.Encode(own, token.Claims.Bytes, BrokenSignatures.ZeroDer())),
                new("ES256 and r = s = the order", JsonWebToken.Encode(p256, token.Claims.Bytes, BrokenSignatures.Order())),
                new("ES256 and a signature for the point at infinity", ForInfinity(p256, token.Claims)),
                new("ES256 and a point that is not on the curve in jwk", ForInfinity(withPoint, token.Claims)),
            ],
            "A signature whose numbers are out of range, or whose key is no point of the curve, is refused.",
            cancellationToken);
    }

    private static string ForInfinity(JoseObject header, JoseObject claims)
    {
        string input = $"{Base64UrlText.Encode(header.Bytes)}.{Base64UrlText.Encode(claims.Bytes)}";
        return $"{input}.{Base64UrlText.Encode(BrokenSignatures.ForInfinity(Encoding.ASCII.GetBytes(input)))}";
    }
}
