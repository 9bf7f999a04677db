using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-007: a token that says where its key is.</summary>
internal sealed class ReferencedKey : TokenCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-007",
        Title = "The server fetches the key address that a token names",
        Category = Category.Authentication,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [918, 347], OwaspApi = ["API2:2023", "API7:2023"], PciDss = ["6.2.4"], Asvs = ["9.1.3"] },
        Needs = [Need.Caller, Need.Callback],
        Why = "jku and x5u are addresses in a header that nobody has verified yet. A server that fetches them calls wherever a stranger points, and then verifies the token with whatever it finds there.",
        Impact = "Anybody signs tokens for any user, and makes the server call addresses inside its network.",
        How = "The real token's claims, signed with a fresh key of ours, with jku and then x5u pointing at a listener of this scan under an address used for nothing else; with a zone of ours, jku under a name too. A call there is the proof, as is a served token; without either, and with the token refused, the server is safe.",
        Sources = ["RFC 7515, sections 4.1.2 and 4.1.5", "RFC 8725, section 3.10", "CWE-918"],
        Remedies = VerifyTokens.Keys,
    };

    /// <inheritdoc/>
    protected override bool NeedsSignature => false;

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        if (context.Callback is not { } callback)
        {
            return CheckResult.NotTested("the listener could not be started", "an address that the target reaches: --callback URL (callback)");
        }

        const string Expected = "Addresses in the header are not fetched.";
        JsonWebToken token = scene.Token!; // the base runs only with one
        using OwnKeys own = OwnKeys.For(token.Algorithm);
        (string Member, CallbackUrl Url)[] places =
        [
            ("jku", callback.Mint("jku of a token")), ("x5u", callback.Mint("x5u of a token")),
            .. callback.MintNamed("jku of a token, by name") is { } named ? [("jku", named)] : Array.Empty<(string, CallbackUrl)>(),
        ];
        List<(TokenProbe Probe, Verdict Verdict)> judged = [];
        TokenRun run = new(context, scene);
        await using (run.ConfigureAwait(false))
        {
            foreach ((string member, CallbackUrl url) in places)
            {
                TokenProbe probe = new($"{member} pointing at a {(new Uri(url.Url).HostNameType == UriHostNameType.Dns ? "name" : "listener")} of the scan", JsonWebToken.Sign(token.Header.WithText(member, url.Url), token.Claims, own.Signer));
                judged.Add((probe, await run.JudgeAsync(probe.Name, probe.Token, cancellationToken).ConfigureAwait(false)));
            }

            Outcome? doubt = scene.SignatureIgnored
                ? new Outcome.NotApplicable("a token with a wrong signature is taken: JWT-002 is the cause")
                : await run.HoldsAsync(cancellationToken).ConfigureAwait(false);
            CallbackHit?[] calls = await Task.WhenAll(places.Select(place => callback.WaitAsync(place.Url, cancellationToken))).ConfigureAwait(false);
            CheckResult result = Result(context, scene, scene.SignatureIgnored ? [.. judged.Where(one => one.Verdict is not Verdict.Accepted)] : judged, Expected, doubt);
            ProbeResult[] called =
            [
                .. calls.Select((call, index) => (Hit: call ?? callback.LookedUp(places[index].Url), Called: call is not null, index)).Where(one => one.Hit is not null)
                    .Select(one => Called(scene, judged[one.index], one.Hit!, one.Called)), // those that came
            ];
            return called.Length == 0 ? result : result with { Probes = [.. called, .. result.Probes.Where(probe => probe.Outcome is Outcome.Failed && !called.Any(other => other.Identity == probe.Identity))] };
        }
    }

    private ProbeResult Called(TokenScene scene, (TokenProbe Probe, Verdict Verdict) judged, CallbackHit hit, bool called) => Of(
        scene,
        new Outcome.Failed(new Flaw
        {
            Expected = "Addresses in the header are not fetched.",
            Observed = $"A token with {judged.Probe.Name} made the server {(called ? "call it" : "ask for the address of its name")}{(judged.Verdict is Verdict.Accepted ? ", and was served" : $"; the token itself got: {judged.Verdict.Detail}")}.",
            // Who looks an address up to refuse it does the same.
            Confidence = called || judged.Verdict is Verdict.Accepted ? Confidence.Confirmed : Confidence.Suspect,
            Evidence = [.. scene.Controls(), .. judged.Verdict.ToEvidence() is { } shown ? [shown] : Array.Empty<Evidence>(), hit.ToEvidence()],
            Cause = Info.Id,
        }),
        judged.Probe.Name);
}
