using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-005: kid leads to a key that the sender knows.</summary>
internal sealed class ChosenKey : TokenCheck
{
    // What "' UNION SELECT 'k" makes the key, when kid is put into a query as text.
    private const string KnownKey = "k";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-005",
        Title = "The sender of a token chooses its key by kid, or needs none",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [347, 22, 89], OwaspApi = ["API2:2023"], PciDss = ["6.2.4"], Asvs = ["9.1.3"] },
        Needs = [Need.Caller],
        Why = "kid is text of the sender, read before anything is verified. Code that makes a file name or a query of it can be led to a key that the sender knows: an empty file, a row of his own. Code that finds no key for a kid may go on with an empty one. A key of zero bytes is the same key as none, for HMAC pads with zeros.",
        Impact = "Anybody signs tokens for any user.",
        How = "The real token's claims, signed with HS256 and an empty key, with the token's own kid, a blank one, /dev/null, a path to it, and a kid that makes a query answer with a known key. The right token is served and one with a wrong signature refused.",
        Sources = ["RFC 8725, section 3.10", "RFC 7515, section 4.1.4", "CWE-22", "CWE-89"],
        Remedies = VerifyTokens.Keys,
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        string algorithm = token.Algorithm is "HS384" or "HS512" ? token.Algorithm : "HS256";
        JwsSigner empty = JwsSigner.Hmac(algorithm, []);
        JwsSigner known = JwsSigner.Hmac(algorithm, Encoding.ASCII.GetBytes(KnownKey));
        TokenProbe Of(string name, JoseObject header, JwsSigner signer) => new(name, JsonWebToken.Sign(header, token.Claims, signer));
        return TryAsync(
            context,
            scene,
            [
                Of("an empty key (the same as zero bytes)", token.Header, empty),
                Of("a blank kid and an empty key", token.Header.WithText("kid", ""), empty),
                Of("kid /dev/null and an empty key", token.Header.WithText("kid", "/dev/null"), empty),
                Of("kid ../../../../dev/null and an empty key", token.Header.WithText("kid", "../../../../dev/null"), empty),
                Of("kid ../../../../../../../../dev/null and an empty key", token.Header.WithText("kid", "../../../../../../../../dev/null"), empty),
                Of("a kid that makes a query answer a known key", token.Header.WithText("kid", $"' UNION SELECT '{KnownKey}"), known),
                Of("a kid that makes a query answer a known key, the rest commented out", token.Header.WithText("kid", $"' UNION SELECT '{KnownKey}' -- "), known),
            ],
            "kid only chooses among the keys that the server has; whatever else it says, the token is refused.",
            cancellationToken);
    }
}
