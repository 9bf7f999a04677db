using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-009: a token whose life has not begun.</summary>
internal sealed class EarlyToken : ClaimCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-009",
        Title = "A token is accepted before its time",
        Category = Category.Authentication,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [613], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["9.2.1"] },
        Needs = [Need.Caller],
        Why = "nbf says from when a token holds. Several libraries do not look at it unless they are told to, so a token made for later, or by a clock that is wrong, works at once.",
        Impact = "Access that was granted for a later time is used before it.",
        How = "The real token with nbf ten minutes ahead, signed as the issuer does. An iat ten minutes ahead is reported as a fact: no standard demands that it is looked at.",
        Sources = ["RFC 7519, sections 4.1.5 and 4.1.6"],
        Remedies = CheckClaims.All,
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, JsonWebToken token, TokenForge forge, CancellationToken cancellationToken)
    {
        string later = ExpiredToken.Time(context.Time.GetUtcNow() + TimeSpan.FromMinutes(10));
        return TryAsync(
            context,
            scene,
            [
                new("nbf ten minutes ahead", forge.Make(token.Header, token.Claims.With("nbf", later))),
                new("iat ten minutes ahead", forge.Make(token.Header, token.Claims.With("iat", later))) { IsFact = true },
            ],
            "A token is refused before nbf, allowing a minute of skew.",
            cancellationToken);
    }
}
