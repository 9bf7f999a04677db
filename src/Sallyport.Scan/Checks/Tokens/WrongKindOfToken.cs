using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-012: an identity or refresh token in place of an access token.</summary>
internal sealed class WrongKindOfToken : ClaimCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-012",
        Title = "A token of another kind is accepted as an access token",
        Category = Category.Authentication,
        Severity = Severity.High,
        Standards = new() { Cwe = [345, 287], OwaspApi = ["API2:2023"], PciDss = ["8.3.1"], Asvs = ["9.2.2"] },
        Needs = [Need.Caller],
        Why = "An issuer signs several kinds of tokens with one key: identity tokens for applications, refresh tokens that live for weeks, notices of sign-outs. The kind stands in typ of the header or in a claim. An API that does not look takes what was never meant to open it.",
        Impact = "An application that was only told who its visitor is calls the API as that visitor; a refresh token opens it for weeks.",
        How = "The real token with the mark of its kind changed and nothing else, signed as the issuer does: typ of the header where it says at+jwt, or the claim that names the kind (token_use, token_type, typ, use). Where the real token has no such mark, tokens that name another kind outright are a suspicion only.",
        Sources = ["RFC 9068, section 4", "RFC 8725, sections 3.11 and 3.12", "OpenID Connect Core 1.0, section 2"],
        Remedies = CheckClaims.All,
    };

    /// <inheritdoc/>
    protected override Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, JsonWebToken token, TokenForge forge, CancellationToken cancellationToken)
    {
        List<TokenProbe> probes = [];
        string type = token.Header.Text("typ") ?? "";
        bool marked = type.EndsWith("at+jwt", StringComparison.OrdinalIgnoreCase);
        if (marked)
        {
            probes.Add(new("typ JWT instead of at+jwt", forge.Make(token.Header.WithText("typ", "JWT"), token.Claims)));
            probes.Add(new("no typ instead of at+jwt", forge.Make(token.Header.Without("typ"), token.Claims)));
        }

        foreach ((string claim, string[] kinds) in new (string, string[])[]
        {
            ("token_use", ["id", "refresh"]), ("token_type", ["id_token", "refresh"]), ("typ", ["ID", "Refresh"]), ("use", ["id", "refresh"]),
        })
        {
            if (token.Claims.Text(claim) is not { } own)
            {
                continue;
            }

            marked = true;
            foreach (string kind in kinds)
            {
                if (!own.Equals(kind, StringComparison.OrdinalIgnoreCase))
                {
                    probes.Add(new($"{claim} {kind} instead of its own", forge.Make(token.Header, token.Claims.WithText(claim, kind))));
                }
            }
        }

        // Without a mark on the right tokens the server cannot tell kinds apart, unless one says outright that it is another.
        Confidence atMost = marked ? Confidence.Confirmed : Confidence.Suspect;
        probes.Add(new("typ logout+jwt", forge.Make(token.Header.WithText("typ", "logout+jwt"), token.Claims)) { AtMost = atMost });
        probes.Add(new("typ refresh+jwt", forge.Make(token.Header.WithText("typ", "refresh+jwt"), token.Claims)) { AtMost = atMost });
        return TryAsync(context, scene, probes, "A token is refused unless it says that it is an access token.", cancellationToken);
    }
}
