using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Binding;

/// <summary>BIND-006: a token whose cnf is altered or gone, under a right signature.</summary>
internal sealed class AlteredBinding : ClaimCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "BIND-006",
        Title = "A token that is bound otherwise, or not at all, is accepted",
        Category = Category.TokenBinding,
        Severity = Severity.High,
        Variants = [new("other", "another binding, or none", Severity.High), new("spelling", "another spelling of the thumbprint", Severity.Low)],
        Standards = new() { Cwe = [345], OwaspApi = ["API2:2023"], PciDss = ["8.3.11"], Asvs = ["10.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "A comparison that is skipped when cnf is missing, empty or of another kind protects only tokens whose sender wants it. Issuers write several kinds of bindings, and one that the API does not know must not count as none.",
        Impact = "A token that was issued for another certificate, or before binding was introduced, opens the API.",
        How = "The real token with another certificate's thumbprint in cnf, an empty one, a null cnf, a key binding (jkt) of ours in its place and beside a wrong thumbprint, and without cnf; then the right thumbprint as hex and with padding, which weigh little. Signed as the issuer does.",
        Sources = ["RFC 8705, section 3.1", "RFC 7800, section 3", "RFC 9449, section 6"],
        Remedies = BindTokens.All,
    };

    /// <inheritdoc/>
    protected override Outcome? Absent(CheckContext context, JsonWebToken token) => token.BoundCertificate is null && !context.Request.Expect.TokenBindingRequired
        ? new Outcome.NotApplicable("the token is bound to no certificate (no cnf), and expect.tokenBinding is not required")
        : null;

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, JsonWebToken token, TokenForge forge, CancellationToken cancellationToken)
    {
        if (scene.Owner.Chain.IsEmpty)
        {
            return Task.FromResult(CheckResult.NotTested($"{scene.Owner.Name} has no certificate to bind to", $"identities.{scene.Owner.Name}.cert and .key"));
        }

        byte[] right = SHA256.HashData(scene.Owner.Chain[0].AsSpan());
        string other = Base64UrlText.Encode(SHA256.HashData(right));
        TokenProbe Of(string name, string cnf, string variant = "other") => new(name, forge.Make(token.Header, token.Claims.With("cnf", cnf))) { Variant = variant, Cause = Causes.BindingNotChecked };
        List<TokenProbe> probes =
        [
            Of("another certificate's thumbprint in cnf", $$"""{"x5t#S256":"{{other}}"}"""),
            Of("an empty thumbprint in cnf", """{"x5t#S256":""}"""),
            Of("an empty cnf", "{}"),
            Of("a null cnf", "null"),
            Of("jkt instead of a certificate in cnf", $$"""{"jkt":"{{other}}"}"""),
            Of("jkt beside another certificate's thumbprint in cnf", $$"""{"jkt":"{{other}}","x5t#S256":"{{other}}"}"""),
            new("no cnf", forge.Make(token.Header, token.Claims.Without("cnf"))) { Variant = "other", Cause = Causes.BindingNotChecked },
            Of("the thumbprint in hex", $$"""{"x5t#S256":"{{Convert.ToHexStringLower(right)}}"}""", "spelling"),
            Of("the thumbprint with padding", $$"""{"x5t#S256":"{{Base64UrlText.Encode(right)}}="}""", "spelling"),
        ];
        return TryAsync(context, scene, probes, "A token is refused unless cnf names the certificate of the connection: 43 characters of base64url, exactly.", cancellationToken);
    }
}
