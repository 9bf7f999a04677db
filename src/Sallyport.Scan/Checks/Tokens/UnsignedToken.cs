using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-001: a token that says it needs no signature.</summary>
internal sealed class UnsignedToken : TokenCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-001",
        Title = "A token without a signature is accepted",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [347, 327], OwaspApi = ["API2:2023"], PciDss = ["6.2.4", "8.3.2"], Asvs = ["9.1.2"] },
        Needs = [Need.Caller],
        Why = "The algorithm \"none\" is part of the standard, and the header that names it is written by whoever made the token. A library that lets the header choose takes the token for verified although nothing was signed. Filters that compare the exact text \"none\" miss other spellings.",
        Impact = "Anybody writes tokens for any user.",
        How = "The real token with every claim as it is, its header's alg changed to none, None, NONE, nOnE or left out, and an empty signature. The right token is served and one with a wrong signature refused, so an accept is due to the algorithm alone.",
        Sources = ["RFC 7519, section 6", "RFC 8725, sections 2.1 and 3.2", "CVE-2015-9235"],
        Remedies = VerifyTokens.Signature,
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        TokenProbe Of(string name, JoseObject header) => new(name, JsonWebToken.Encode(header, token.Claims.Bytes, []));
        return TryAsync(
            context,
            scene,
            [
                .. new[] { "none", "None", "NONE", "nOnE" }.Select(alg => Of($"alg {alg} and no signature", token.Header.WithText("alg", alg))),
                Of("no alg and no signature", token.Header.Without("alg")),
            ],
            "A token without a signature is refused, however its algorithm is spelled.",
            cancellationToken);
    }
}
