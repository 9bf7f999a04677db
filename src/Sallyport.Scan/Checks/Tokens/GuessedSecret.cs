using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-004: whether the shared secret is one that everybody tries.</summary>
internal sealed class GuessedSecret : TokenCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-004",
        Title = "The shared secret of tokens is guessed",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [326, 521, 798], OwaspApi = ["API2:2023"], PciDss = ["8.3.2", "8.6.2"], Asvs = ["11.5.1"] },
        Needs = [Need.Caller],
        Why = "A token signed with a shared secret carries all that is needed to try secrets on it, offline and as fast as the attacker's machine computes, without a trace at the server. A secret that is a word, or the default of a framework or of its documentation, is found in moments.",
        Impact = "Anybody with one token signs tokens for any user and any role.",
        How = "The real token's signature is computed anew, on this machine and within ten seconds, with a built-in list of habitual words, their usual changes and endings, defaults of frameworks, and the names of the target. A hit is a mathematical proof; one forged call confirms it. The secret is not shown.",
        Sources = ["RFC 7518, section 3.2", "RFC 8725, sections 2.2 and 3.5", "CVE-2023-26462", "CWE-798"],
        Remedies = VerifyTokens.Secrets,
    };

    /// <inheritdoc/>
    protected override bool NeedsSignature => false;

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        HmacSearch? search = await SecretSearch.OfAsync(context, scene, cancellationToken).ConfigureAwait(false);
        if (search is null)
        {
            return CheckResult.NotApplicable($"the tokens are signed with {(token.Algorithm.Length == 0 ? "no algorithm" : token.Algorithm)}, not with a shared secret");
        }

        Fact tried = new(Info.Id, "Secrets tried on the token", search.Tried.ToString(CultureInfo.InvariantCulture));
        if (search.Key is not { } key)
        {
            Outcome outcome = search.Complete ? new Outcome.Passed() : new Outcome.NotTested($"the time was over after {search.Tried} of the built-in secrets");
            return new CheckResult { Probes = [Of(scene, outcome, null)], Facts = [tried] };
        }

        TokenProbe forged = new("a claim added, signed with the guessed secret", JsonWebToken.Sign(token.Header, token.Claims.With("sallyport", "\"forged\""), JwsSigner.Hmac(token.Algorithm, key)));
        Verdict verdict = await context.Oracle.JudgeAgainstAsync(scene.Ask(forged.Name, forged.Token), scene.Baseline, cancellationToken).ConfigureAwait(false);
        Flaw flaw = new()
        {
            Expected = "The secret cannot be guessed: 256 random bits at least, or an asymmetric key.",
            Observed = $"The {token.Algorithm} signature of the token of {scene.Owner.Name} fits a secret of {key.Length} bytes from the built-in list; a forged token was {(verdict is Verdict.Accepted ? "accepted" : $"not accepted ({verdict.Detail})")}.",
            Confidence = Confidence.Confirmed,
            Evidence = [.. scene.Controls(), .. verdict.ToEvidence() is { } shown ? [shown] : System.Array.Empty<Evidence>()],
            Cause = Info.Id,
        };
        return new CheckResult { Probes = [Of(scene, new Outcome.Failed(flaw), null)], Facts = [tried] };
    }
}
