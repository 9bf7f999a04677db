using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-002: whether the signature is looked at.</summary>
internal sealed class UnverifiedSignature : TokenCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-002",
        Title = "The signature of tokens is not verified",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [347], OwaspApi = ["API2:2023"], PciDss = ["6.2.4"], Asvs = ["9.1.1"] },
        Needs = [Need.Caller],
        Why = "Reading a token and verifying it are two calls in most libraries, and the first works on every token. Code that only reads, or goes on when verifying failed, or verifies only what has a signature, believes whatever the token says.",
        Impact = "Anybody writes tokens for any user and any role.",
        How = "The real token with one bit of the signature's first byte turned, with a claim added under the old signature, and with the signature taken away. Each must be refused while the right token is served and no token is not. The last character is never the one changed: its low bits count for nothing.",
        Sources = ["RFC 7515, section 5.2", "RFC 8725, section 3.3", "CWE-347"],
        Remedies = VerifyTokens.Signature,
    };

    /// <inheritdoc/>
    protected override bool NeedsSignature => false;

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        const string Expected = "A token whose signature does not fit is refused.";
        JsonWebToken token = scene.Token!; // the base runs only with one
        TokenProbe[] probes =
        [
            new("a claim added under the old signature", JsonWebToken.Encode(token.Header, token.Claims.With("sallyport", "\"changed\"").Bytes, token.Signature)),
            new("the signature taken away", token.WithSignature([])),
        ];
        // The turned bit was judged when the scene was set; it is not sent again.
        List<(TokenProbe Probe, Verdict Verdict)> judged = [(new("one bit of the signature turned", ""), scene.Corrupted)];
        TokenRun run = new(context, scene);
        await using (run.ConfigureAwait(false))
        {
            foreach (TokenProbe probe in probes)
            {
                judged.Add((probe, await run.JudgeAsync(probe.Name, probe.Token, cancellationToken).ConfigureAwait(false)));
            }

            return Result(context, scene, judged, Expected, await run.HoldsAsync(cancellationToken).ConfigureAwait(false));
        }
    }
}
