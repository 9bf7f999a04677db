using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-016: tokens that a strict reader refuses, and tokens that cost a careless one too much.</summary>
internal sealed class LaxParser : TokenCheck
{
    private const int HeaderBytes = 1024 * 1024;
    private const int SlowFactor = 10;
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-016",
        Title = "Tokens are read without strictness or bounds",
        Category = Category.InputValidation,
        Severity = Severity.Medium,
        Variants =
        [
            new("crit", "an unknown critical header is ignored", Severity.Medium),
            new("duplicate", "the first of two claims of one name counts", Severity.Medium),
            new("nested", "a token within a token is taken", Severity.Medium),
            new("large", "a header of 1 MB breaks it", Severity.Medium),
            new("iterations", "a token decides how long the server computes", Severity.High),
        ],
        Standards = new() { Cwe = [400, 20], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["9.1.1"] },
        Needs = [Need.Caller],
        Why = "What a token means must not depend on who reads it. crit names what a reader must understand or refuse; two claims of one name are read differently by different libraries; a password-based encrypted token says itself how many times the server shall hash.",
        Impact = "Two components take one token for two users; one request keeps a core busy for a minute.",
        How = "Signed as the issuer does: a crit header with an unknown name, one with b64 false, exp twice of which the last has passed, and a token in a token. In active mode a token of 1 MB; in intrusive mode an encrypted token that asks for 100 million iterations, against one that asks for a thousand, each once and bounded by the probe's time-out.",
        Sources = ["RFC 7515, section 4.1.11", "RFC 7519, section 4", "RFC 7797, sections 6 and 7", "RFC 7518, section 8.1 and CVE-2023-52428", "RFC 8725, section 2.4"],
        Remedies = CheckClaims.Strictness,
    };

    /// <inheritdoc/>
    protected override bool NeedsSignature => false;

    /// <inheritdoc/>
    protected override async Task<CheckResult> RunAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        CheckResult signed = await SignedAsync(context, scene, cancellationToken).ConfigureAwait(false);
        return signed with
        {
            Probes =
            [
                .. signed.Probes,
                await LargeAsync(context, scene, cancellationToken).ConfigureAwait(false),
                await IterationsAsync(context, scene, cancellationToken).ConfigureAwait(false),
            ],
        };
    }

    private static string Encrypted(long iterations)
    {
        JoseObject header = JoseObject.Of($$"""{"alg":"PBES2-HS512+A256KW","enc":"A128CBC-HS256","p2s":"c2FsbHlwb3J0LXNhbHQ","p2c":{{iterations}}}""");
        // Key wrap, IV, ciphertext and tag of the right lengths: a reader that checks those first still has to derive the key.
        return $"{Base64UrlText.Encode(header.Bytes)}.{Base64UrlText.Encode(new byte[40])}.{Base64UrlText.Encode(new byte[16])}.{Base64UrlText.Encode(new byte[16])}.{Base64UrlText.Encode(new byte[16])}";
    }

    private static ProbeResult Of(TokenScene scene, string variant, Outcome outcome) => TokenCheck.Of(scene, outcome, null) with { Variant = variant };

    private async Task<CheckResult> SignedAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        JsonWebToken token = scene.Token!; // the base runs only with one
        (TokenForge? forge, Outcome? not) = await TokenForge.OfAsync(context, scene, cancellationToken).ConfigureAwait(false);
        if (forge is null)
        {
            return new() { Probes = [TokenCheck.Of(scene, not!, null)] }; // one of the two is there
        }

        string past = ExpiredToken.Time(context.Time.GetUtcNow() - TimeSpan.FromDays(1));
        List<TokenProbe> probes =
        [
            new("crit naming an unknown header", forge.Make(token.Header.With("crit", "[\"urn:sallyport:unknown\"]").With("urn:sallyport:unknown", "true"), token.Claims)) { Variant = "crit", Cause = "JWT-016 crit" },
            new("crit naming b64, and b64 false", forge.Make(token.Header.With("b64", "false").With("crit", "[\"b64\"]"), token.Claims)) { Variant = "crit", Cause = "JWT-016 crit" },
            new("a whole token as its payload", forge.Make(token.Header.WithText("cty", "JWT"), Encoding.ASCII.GetBytes(token.Compact))) { Variant = "nested", Cause = "JWT-016 nested" },
        ];
        TokenProbe expired = new("exp one day ago", forge.Make(token.Header, token.Claims.With("exp", past)));
        TokenProbe twice = new("exp twice, the last one day ago", forge.Make(token.Header, token.Claims.WithExtra("exp", past))) { Variant = "duplicate", Cause = "JWT-016 duplicate" };
        List<(TokenProbe Probe, Verdict Verdict)> judged = [];
        TokenRun run = new(context, scene);
        await using (run.ConfigureAwait(false))
        {
            foreach (TokenProbe probe in probes)
            {
                judged.Add((probe, await run.JudgeAsync(probe.Name, probe.Token, cancellationToken).ConfigureAwait(false)));
            }

            // Only where an expired token is refused does it tell which of two is read; the last is right by RFC 7519, section 4.
            bool tells = token.Claims.Has("exp") && await run.JudgeAsync(expired.Name, expired.Token, cancellationToken).ConfigureAwait(false) is Verdict.Rejected;
            if (tells)
            {
                judged.Add((twice, await run.JudgeAsync(twice.Name, twice.Token, cancellationToken).ConfigureAwait(false)));
            }

            CheckResult result = Result(context, scene, judged, "A token that is not exactly what the standard allows is refused.", await run.HoldsAsync(cancellationToken).ConfigureAwait(false));
            return tells
                ? result
                : result with { Probes = [.. result.Probes, Of(scene, "duplicate", new Outcome.NotTested("an expired token is not refused, so which of two exp is read cannot be seen"))] };
        }
    }

    private async Task<ProbeResult> LargeAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken)
    {
        if (context.Request.Mode < ScanMode.Active)
        {
            return Of(scene, "large", new Outcome.NotTested("a header of 1 MB is more than safe mode sends") { Needs = ["--mode active"] });
        }

        string header = $$"""{"alg":"HS256","kid":"{{new string('k', HeaderBytes / 4 * 3)}}"}""";
        string filler = $"{Base64UrlText.Encode(Encoding.ASCII.GetBytes(header))}.e30.{Base64UrlText.Encode(new byte[32])}";
        Ask bare = scene.As(Actor.Of(scene.Owner).WithoutApplication());
        RawHttpRequest request = bare.Request ?? new();
        Ask large = bare with { Title = "a token of 1 MB", Mode = ScanMode.Active, Request = request with { Headers = [.. request.Headers, new("authorization", "Bearer " + filler)] } };
        return await CostAsync(context, scene, "large", large, scene.Ask("control: a token that is none", "sallyport.no.token"), cancellationToken).ConfigureAwait(false);
    }

    private async Task<ProbeResult> IterationsAsync(CheckContext context, TokenScene scene, CancellationToken cancellationToken) => context.Request.Mode < ScanMode.Intrusive
        ? Of(scene, "iterations", new Outcome.NotTested("a probe that may keep the server busy is more than this mode sends") { Needs = ["--mode intrusive"] })
        : await CostAsync(
            context,
            scene,
            "iterations",
            scene.Ask("an encrypted token that asks for 100 million iterations", Encrypted(100_000_000)) with { Mode = ScanMode.Intrusive },
            scene.Ask("control: an encrypted token that asks for 1,000 iterations", Encrypted(1_000)),
            cancellationToken).ConfigureAwait(false);

    private async Task<ProbeResult> CostAsync(CheckContext context, TokenScene scene, string variant, Ask heavy, Ask light, CancellationToken cancellationToken)
    {
        Exchange usual = await context.Transport.ExchangeAsync(light, cancellationToken).ConfigureAwait(false);
        Exchange costly = await context.Transport.ExchangeAsync(heavy, cancellationToken).ConfigureAwait(false);
        bool slow = costly.Duration > s_slow && costly.Duration > SlowFactor * usual.Duration;
        if (slow)
        {
            // Once may be chance: the same again, with the light one before it.
            usual = await context.Transport.ExchangeAsync(light, cancellationToken).ConfigureAwait(false);
            Exchange again = await context.Transport.ExchangeAsync(heavy, cancellationToken).ConfigureAwait(false);
            slow = again.Duration > s_slow && again.Duration > SlowFactor * usual.Duration;
        }

        bool broke = costly.Status is 500 or 502 or 503 or 504 && usual.Status is < 500;
        bool holds = await context.Oracle.StillHoldsAsync(scene.Baseline, cancellationToken).ConfigureAwait(false);
        if (!slow && !broke && holds)
        {
            // However it said no, it was quick and went on.
            return Of(scene, variant, costly.Status is not null || costly.Http is HttpOutcome.Closed or HttpOutcome.Alerted
                ? context.Oracle.Classify(costly, scene.Baseline) is Verdict.Accepted ? new Outcome.NotTested("it was served: no token is looked at") : new Outcome.Passed()
                : new Outcome.NotTested($"{heavy.Title}: {costly.Summary}"));
        }

        return Of(scene, variant, new Outcome.Failed(new Flaw
        {
            Expected = "A token that is too large or too costly is refused at once.",
            Observed = !holds
                ? $"After {heavy.Title} the control request of {scene.Owner.Name} no longer succeeded."
                : broke ? $"{heavy.Title} ended in {costly.Summary}, a small one in {usual.Summary}." : $"{heavy.Title} took more than {SlowFactor} times as long as a small one, twice ({costly.Summary}).",
            Confidence = slow || broke ? Confidence.Firm : Confidence.Suspect,
            Evidence = [usual.ToEvidence(), costly.ToEvidence()],
            Cause = $"{Info.Id} {variant}",
        }));
    }
}
