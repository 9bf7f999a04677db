using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-008: a token whose life is over.</summary>
internal sealed class ExpiredToken : ClaimCheck
{
    private static readonly TimeSpan s_tolerated = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-008",
        Title = "An expired token is accepted",
        Category = Category.Authentication,
        Severity = Severity.High,
        Standards = new() { Cwe = [613], OwaspApi = ["API2:2023"], PciDss = ["8.2.8"], Asvs = ["9.2.1"] },
        Needs = [Need.Caller],
        Why = "The end of its life is the only thing that stops a token that was copied: there is nothing at the server to delete. Verifiers can be told not to look at exp, and many allow minutes of clock skew by default.",
        Impact = "A token that was ever logged, cached or stolen works for good.",
        How = "The real token with exp 30 seconds, six minutes and one day in the past, signed as the issuer does (issuer.key, or a guessed secret), or the given token of an identity that is declared expired. Six minutes are more than any clock skew; 30 seconds are reported as a fact.",
        Sources = ["RFC 7519, section 4.1.4", "RFC 9068, section 4", "RFC 8725, section 3.3"],
        Remedies = CheckClaims.All,
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, JsonWebToken token, TokenForge forge, CancellationToken cancellationToken)
    {
        TokenProbe Of(string name, TimeSpan ago) => new(name, forge.Make(token.Header, token.Claims.With("exp", Time(context.Time.GetUtcNow() - ago))));
        return TryAsync(
            context,
            scene,
            [
                Of("exp one day ago", TimeSpan.FromDays(1)),
                Of("exp six minutes ago", TimeSpan.FromMinutes(6)),
                Of("exp 30 seconds ago", TimeSpan.FromSeconds(30)) with { IsFact = true },
                new("no exp", forge.Make(token.Header, token.Claims.Without("exp"))) { IsFact = true },
            ],
            "A token is refused when exp has passed, allowing a minute of skew.",
            cancellationToken);
    }

    /// <inheritdoc/>
    protected override Task<CheckResult> WithoutForgeAsync(CheckContext context, TokenScene scene, Outcome not, CancellationToken cancellationToken)
    {
        List<TokenProbe> real = [];
        foreach (Identity identity in context.Request.Identities.Where(one => one is { State: IdentityState.Expired, Token: not null }))
        {
            string text = identity.Token!.Reveal(); // selected for it
            if (JsonWebToken.TryParse(text, out JsonWebToken? old, out _) && old.Claims.Number("exp") is { } end
                && context.Time.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromSeconds(Math.Clamp(end, 0, 1e11)) > s_tolerated)
            {
                real.Add(new($"the expired token of {identity.Name}", text));
            }
        }

        return real.Count == 0
            ? base.WithoutForgeAsync(context, scene, not is Outcome.NotTested open ? open with { Needs = [.. open.Needs, "an expired token: identities.NAME with token and state: expired"] } : not, cancellationToken)
            : TryAsync(context, scene, real, "A token is refused when exp has passed, allowing a minute of skew.", cancellationToken);
    }

    /// <summary>A time as a NumericDate (RFC 7519, section 2).</summary>
    /// <param name="time">The time.</param>
    internal static string Time(DateTimeOffset time) => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
