using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-006: a token that brings its own key.</summary>
internal sealed class EmbeddedKey : TokenCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-006",
        Title = "A token is verified with the key that it brings along",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [347, 346], OwaspApi = ["API2:2023"], PciDss = ["6.2.4"], Asvs = ["9.1.3"] },
        Needs = [Need.Caller],
        Why = "The header may carry a key (jwk) or a certificate chain (x5c). They are meant for choosing among trusted keys. A verifier that takes the key as it comes proves only that the sender can sign with a key of his own.",
        Impact = "Anybody signs tokens for any user.",
        How = "The real token's claims, signed with a fresh key of ours that stands in the header: as jwk with the token's own kid and with the key's thumbprint, and as a self-signed certificate in x5c. The algorithm stays the token's own where it is asymmetric.",
        Sources = ["RFC 7515, sections 4.1.3 and 4.1.6", "RFC 8725, section 3.10", "CVE-2018-0114"],
        Remedies = VerifyTokens.Keys,
    };

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        using OwnKeys own = OwnKeys.For(token.Algorithm);
        JoseObject jwk = JsonWebKey.Members(own.Key);
        string name = JsonWebKey.Thumbprint(own.Key);
        string chain = $"[\"{Convert.ToBase64String(SelfSigned(own.Key, context.Time.GetUtcNow()))}\"]";
        TokenProbe Of(string title, JoseObject header) => new(title, JsonWebToken.Sign(header, token.Claims, own.Signer));
        return await TryAsync(
            context,
            scene,
            [
                Of("a key of its own in jwk", token.Header.With("jwk", jwk.ToString())),
                Of("a key of its own in jwk, named in kid", token.Header.WithText("kid", name).With("jwk", jwk.WithText("kid", name).ToString())),
                Of("a self-signed certificate in x5c", token.Header.With("x5c", chain)),
                Of("a self-signed certificate in x5c and no kid", token.Header.Without("kid").With("x5c", chain)),
            ],
            "A key that comes with the token is not believed.",
            cancellationToken).ConfigureAwait(false);
    }

    private static byte[] SelfSigned(AsymmetricAlgorithm key, DateTimeOffset now)
    {
        CertificateRequest request = key is ECDsa ecdsa
            ? new("CN=issuer", ecdsa, HashAlgorithmName.SHA256)
            : new CertificateRequest("CN=issuer", (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        return certificate.RawData;
    }
}
