using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>JWT-015: what the identities' tokens say, read and never sent.</summary>
internal sealed partial class TokenContent : Check
{
    private const double LongestLife = 3600;
    private const double Slack = 60;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "JWT-015",
        Title = "A token says too much, or lives too long",
        Category = Category.DataExposure,
        Severity = Severity.Medium,
        Variants =
        [
            new("card", "a card number in it", Severity.High),
            new("secret", "a password or a key in it", Severity.High),
            new("personal", "personal data in it", Severity.Low),
            new("no-exp", "it never ends", Severity.Medium),
            new("long-life", "it lives for more than an hour", Severity.Medium),
            new("no-aud", "it names no audience", Severity.Low),
            new("no-iss", "it names no issuer", Severity.Low),
        ],
        Standards = new() { Cwe = [522, 200, 613], OwaspApi = ["API2:2023", "API3:2023"], PciDss = ["3.5.1", "8.3.2"], Asvs = ["9.2.4", "14.2.6"] },
        Needs = [],
        Why = "A signed token is not encrypted: its claims are plain text for whoever holds it, and for every log that it stands in. What ends a token is its exp alone, and what confines it are aud and iss.",
        Impact = "A token that leaks brings data of its user along, and opens more, and for longer, than it should.",
        How = "The tokens of all identities are decoded on this machine; nothing is sent. Card numbers need a fitting length, issuer prefix and check digit; passwords and keys are known by the name of their claim, or by being a private key. A life of more than an hour, and a missing exp, aud or iss are told; a missing jti and the list of roles are facts.",
        Sources = ["RFC 7519, sections 4.1 and 12", "RFC 9068, section 2.2", "RFC 9700, section 4.10", "PCI DSS 4.0.1, requirement 3.5.1"],
        Remedies = CheckClaims.Content,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        List<ProbeResult> probes = [];
        List<Fact> facts = [];
        string? opaque = null;
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (Identity identity in context.Api.Identities.Where(one => one is not { Token: null, Login: null }))
        {
            PresentedCredentials credentials = await context.Api.CredentialsAsync(identity, cancellationToken).ConfigureAwait(false);
            if (credentials.Token is not { } secret || !seen.Add(secret.Reveal()))
            {
                continue;
            }

            if (!JsonWebToken.TryParse(secret.Reveal(), out JsonWebToken? token, out string? fault))
            {
                opaque = $"the token of {identity.Name} is no signed JWT: {fault}";
                continue;
            }

            List<ProbeResult> found = [.. Judge(identity, token)];
            probes.AddRange(found.Count > 0 ? found : [new ProbeResult(new Outcome.Passed()) { Identity = identity.Name }]);
            facts.AddRange(Facts(identity, token));
        }

        return probes.Count > 0
            ? new() { Probes = [.. probes], Facts = [.. facts] }
            : opaque is not null
                ? CheckResult.NotApplicable(opaque)
                : CheckResult.NotTested("no identity has a bearer token", "--token NAME=env:VAR (identities.NAME.token), or a login that yields one");
    }

    private static IEnumerable<Fact> Facts(Identity identity, JsonWebToken token)
    {
        yield return new("JWT-015", $"Token of {identity.Name}", $"{(token.Algorithm.Length == 0 ? "no algorithm" : token.Algorithm)}{(token.BoundCertificate is null ? "" : ", bound to a certificate (cnf)")}{(token.Claims.Has("jti") ? "" : ", no jti")}");
        ImmutableArray<string> roles = [.. new[] { "roles", "role", "groups", "permissions" }.Where(token.Claims.Has)];
        if (!roles.IsEmpty)
        {
            yield return new("JWT-015", $"Token of {identity.Name}: claims that list rights", string.Join(", ", roles));
        }
    }

    private IEnumerable<ProbeResult> Judge(Identity identity, JsonWebToken token)
    {
        ProbeResult Failed(string variant, string expected, string observed, Confidence confidence = Confidence.Confirmed) => new(new Outcome.Failed(new Flaw
        {
            Expected = expected,
            Observed = observed,
            Confidence = confidence,
            Evidence = [new() { Title = $"claims of the token of {identity.Name}", Sent = "nothing: the token was read on this machine", Received = string.Join(", ", token.Claims.Members.Select(member => member.Name)) }],
            // One issuer makes them all: what one token has, the next has too.
            Cause = $"{Info.Id} {variant}",
        }))
        { Variant = variant, Identity = identity.Name };

        List<(string Path, string Text)> texts = [.. token.Claims.AllTexts()];
        if (texts.FirstOrDefault(one => CardNumber.Is(one.Text) && !Numeric().IsMatch(one.Path)) is { Path: { } card })
        {
            yield return Failed("card", "No card number stands in a token.", $"The claim {card} holds a number that is a card number by length, prefix and check digit.");
        }

        if (texts.FirstOrDefault(one => (SecretName().IsMatch(one.Path) && one.Text.Length >= 4) || one.Text.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) is { Path: { } secret })
        {
            yield return Failed("secret", "No password and no key stands in a token.", $"The claim {secret} is named like a password or a key and has a value.", Confidence.Firm);
        }

        ImmutableArray<string> personal = [.. texts.Where(one => PersonalName().IsMatch(one.Path) && one.Text.Length >= 4).Select(one => one.Path)];
        if (!personal.IsEmpty)
        {
            yield return Failed("personal", "An access token names its user by an identifier only.", $"Personal data stands in {string.Join(", ", personal)}.", Confidence.Firm);
        }

        double? end = token.Claims.Number("exp");
        double? start = token.Claims.Number("iat") ?? token.Claims.Number("nbf");
        if (end is null)
        {
            yield return Failed("no-exp", "A token says when it ends.", "The token has no exp: it is good for ever.");
        }
        else if (start is { } from && end - from > LongestLife + Slack)
        {
            yield return Failed("long-life", "An access token lives for an hour at most.", $"The token lives for {TimeSpan.FromSeconds(Math.Clamp(end.Value - from, 0, 1e10)).TotalHours.ToString("0.#", CultureInfo.InvariantCulture)} hours.");
        }

        if (!token.Claims.Has("aud"))
        {
            yield return Failed("no-aud", "A token names the API that it is for.", "The token has no aud.");
        }

        if (!token.Claims.Has("iss"))
        {
            yield return Failed("no-iss", "A token names its issuer.", "The token has no iss.");
        }
    }

    // Times and running numbers pass the check digit now and then.
    [GeneratedRegex(@"\.(?:exp|iat|nbf|auth_time|updated_at|jti|sid|sub|[a-z_]*id)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Numeric();

    [GeneratedRegex(@"\.(?:password|passwd|passphrase|pwd|pass|secret|client_?secret|api_?key|private_?key|pin|cvv|cvc)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\.(?:email|e_?mail|phone|phone_?number|mobile|address|street_?address|birth_?date|birthday|dob|ssn|social_security_number|iban|passport|tax_?id|national_?id)(?:$|[.\[])", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex PersonalName();
}
