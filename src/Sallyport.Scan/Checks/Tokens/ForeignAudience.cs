using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-010: a token for another API.</summary>
internal sealed class ForeignAudience : ClaimCheck
{
    private const string Other = "https://other.sallyport.invalid";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-010",
        Title = "A token for another audience is accepted",
        Category = Category.Authentication,
        Severity = Severity.High,
        Standards = new() { Cwe = [345, 863], OwaspApi = ["API2:2023"], PciDss = ["7.2.1"], Asvs = ["9.2.3", "10.3.1"] },
        Needs = [Need.Caller],
        Why = "One issuer signs tokens for many APIs with one key. Only aud says for which of them a token was made. An API that does not compare it accepts tokens that users gave to any other.",
        Impact = "The operator of any other API of the same issuer uses its visitors' tokens here.",
        How = "The real token with aud set to another API's name, to a list of other names, to its own value with something behind it, to nothing, and left out; signed as the issuer does. A list that names this API as well is right and is not tried.",
        Sources = ["RFC 7519, section 4.1.3", "RFC 8725, section 3.9", "RFC 9068, section 4"],
        Remedies = CheckClaims.All,
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, JsonWebToken token, TokenForge forge, CancellationToken cancellationToken)
    {
        TokenProbe Of(string name, JoseObject claims) => new(name, forge.Make(token.Header, claims));
        List<TokenProbe> probes =
        [
            Of("aud of another API", token.Claims.WithText("aud", Other)),
            Of("aud listing other APIs", token.Claims.With("aud", $"[\"{Other}\",\"{Other}/2\"]")),
            Of("an empty aud", token.Claims.WithText("aud", "")),
        ];
        if (token.Claims.Texts("aud").FirstOrDefault() is { Length: > 0 } own)
        {
            probes.Add(Of("aud of a sibling that begins with this API's", token.Claims.WithText("aud", own + ".sibling.invalid")));
            probes.Add(Of("no aud", token.Claims.Without("aud")));
        }

        return TryAsync(context, scene, probes, "A token is refused unless aud names this API exactly.", cancellationToken);
    }
}
