using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-014: the token in places where it is written down.</summary>
internal sealed class TokenElsewhere : Check
{
    private static readonly ImmutableArray<string> s_names = ["access_token", "token", "jwt", "auth", "bearer", "id_token", "api_token", "authorization"];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-014",
        Title = "A token is accepted outside the Authorization header",
        Category = Category.Authentication,
        Severity = Severity.Medium,
        Variants = [new("query", "in the query", Severity.Medium), new("cookie", "in a cookie", Severity.Medium), new("body", "in the body", Severity.Low)],
        Standards = new() { Cwe = [598], OwaspApi = ["API2:2023", "API8:2023"], PciDss = ["4.2.1"], Asvs = ["14.2.1"] },
        Needs = [Need.Caller],
        Why = "Addresses are written into logs of proxies and servers, into histories and Referer headers, and a token in one is written down with it. A cookie is sent by browsers on their own, whoever made them call: an API that takes the token from there needs protection against forged calls that one with headers does not.",
        Impact = "Whoever reads a log uses the tokens in it; a foreign page calls the API with a visitor's token.",
        How = "The right token under the usual names in the query, in cookies, and (active mode) as a form field of the body, without an Authorization header; the certificate alone is refused. One request tries all names of a place, and a place that opened is tried name by name. A token that the user gave as a cookie is not held against the server.",
        Sources = ["RFC 6750, sections 2.2, 2.3 and 5.3", "RFC 9700, section 4.3.2", "CWE-598"],
        Remedies = CheckClaims.Places,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        TokenStage stage = await context.TokenStageAsync(cancellationToken).ConfigureAwait(false);
        if (stage is not TokenStage.Ready { Scene: var scene })
        {
            return new() { Probes = [new(((TokenStage.Missing)stage).Outcome)] };
        }

        List<ProbeResult> probes = [];
        TokenRun run = new(context, scene);
        await using (run.ConfigureAwait(false))
        {
            probes.Add(await PlaceAsync(context, scene, run, "query", InQuery, cancellationToken).ConfigureAwait(false));
            probes.Add(scene.Owner.Cookie?.Reveal().Contains("eyJ", System.StringComparison.Ordinal) == true
                ? Of(scene, "cookie", new Outcome.NotApplicable("the user gave a token as a cookie: it is meant to be one"))
                : await PlaceAsync(context, scene, run, "cookie", InCookie, cancellationToken).ConfigureAwait(false));
            probes.Add(context.Request.Mode >= ScanMode.Active
                ? await PlaceAsync(context, scene, run, "body", InBody, cancellationToken).ConfigureAwait(false)
                : Of(scene, "body", new Outcome.NotTested("a body needs a method that may write") { Needs = ["--mode active"] }));
            Outcome? doubt = await run.HoldsAsync(cancellationToken).ConfigureAwait(false);
            return new() { Probes = [.. probes.Select(probe => doubt is not null && probe.Outcome is Outcome.Passed ? probe with { Outcome = doubt } : probe)] };
        }
    }

    private static ProbeResult Of(TokenScene scene, string place, Outcome outcome) => new(outcome) { Variant = place, Operation = scene.Operation.Name, Identity = scene.Owner.Name };

    private static Ask Bare(TokenScene scene, string title) => scene.As(Actor.Of(scene.Owner).WithoutApplication()) with { Title = title };

    private static Ask InQuery(TokenScene scene, ImmutableArray<string> names)
    {
        Ask ask = Bare(scene, $"the token in the query as {string.Join(", ", names)}");
        RawHttpRequest request = ask.Request ?? new();
        string query = string.Join('&', names.Select(name => $"{name}={System.Uri.EscapeDataString(scene.Credential.Reveal())}"));
        return ask with { Request = request with { Target = request.Target + (request.Target.Contains('?', System.StringComparison.Ordinal) ? "&" : "?") + query } };
    }

    private static Ask InCookie(TokenScene scene, ImmutableArray<string> names)
    {
        string title = $"the token in the cookie {string.Join(", ", names)}";
        PresentedHeader cookie = new("cookie", new Secret(string.Join("; ", names.Select(name => $"{name}={scene.Credential.Reveal()}"))));
        return scene.As(Actor.Of(scene.Owner).WithHeaders(title, [cookie]));
    }

    private static Ask InBody(TokenScene scene, ImmutableArray<string> names)
    {
        Ask ask = Bare(scene, $"the token in the body as {string.Join(", ", names)}");
        string body = string.Join('&', names.Select(name => $"{name}={System.Uri.EscapeDataString(scene.Credential.Reveal())}"));
        RawHttpRequest request = ask.Request ?? new();
        // RFC 6750, section 2.2 allows no GET with a body; servers that read one anyway would be missed by a POST that has no route.
        return ask with
        {
            Mode = ScanMode.Active,
            Request = request with { Headers = [.. request.Headers, new("content-type", "application/x-www-form-urlencoded")], Body = System.Text.Encoding.ASCII.GetBytes(body) },
        };
    }

    private async Task<ProbeResult> PlaceAsync(
        CheckContext context, TokenScene scene, TokenRun run, string place, System.Func<TokenScene, ImmutableArray<string>, Ask> ask, CancellationToken cancellationToken)
    {
        Verdict all = await run.JudgeAsync(ask(scene, s_names), cancellationToken).ConfigureAwait(false);
        if (all is not Verdict.Accepted accepted)
        {
            return Of(scene, place, all is Verdict.Rejected ? new Outcome.Passed() : new Outcome.NotTested($"the token in the {place}: {all.Detail}"));
        }

        string? name = null;
        foreach (string one in s_names)
        {
            if (await run.JudgeAsync(ask(scene, [one]), cancellationToken).ConfigureAwait(false) is Verdict.Accepted alone)
            {
                (name, accepted) = (one, alone);
                break;
            }
        }

        return Of(scene, place, new Outcome.Failed(new Flaw
        {
            Expected = "A token counts in the Authorization header only.",
            Observed = $"The token in the {place}{(name is null ? "" : $" as \"{name}\"")} opened the operation, twice ({accepted.Detail}), while the certificate alone is refused.",
            Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
            Evidence = [.. scene.Controls(), accepted.Exchange.ToEvidence()],
            Cause = $"{Info.Id} {place}",
        }));
    }
}
