using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>AUTHZ-012: whether an answer shows members that it should not.</summary>
internal sealed partial class OverExposure : Check
{
    private const string Sensitive = "sensitive";
    private const string Undeclared = "undeclared";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "AUTHZ-012",
        Title = "An answer shows more than it should",
        Category = Category.PropertyAuthorization,
        Severity = Severity.High,
        Variants =
        [
            new(Sensitive, "a password, hash or key", Severity.High),
            new(Undeclared, "members that the description rules out", Severity.Medium),
        ],
        Standards = new() { Cwe = [213, 200], OwaspApi = ["API3:2023"], PciDss = ["3.4.1", "6.2.4"], Asvs = ["8.2.3", "15.3.1"] },
        Needs = [Need.Caller, Need.Operations],
        Why = "An answer that is the stored object shows every column that the table will ever have. The page shows three of them; the answer holds the password hash too.",
        Impact = "Whoever may see the object sees what nobody was to see.",
        How = "Each answer is held against its schema in the description. A member that no schema of the answer names is a finding where the schema rules other members out, or where its name and "
            + "value are those of a password, a hash, a key or a token; a password or a hash is one even where it is described.",
        Sources = ["OWASP API Security Top 10 2023, API3", "CWE-213"],
        Remedies = AllowListProperties.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<ImmutableArray<ProbeResult>> probes = await PerOperation.AskAsync(context.Readable, (operation, token) => OneAsync(context, operation, token), cancellationToken).ConfigureAwait(false);
        return Accounts.ResultOf([.. probes.SelectMany(static one => one)], "no known operation only reads");
    }

    /// <summary>A member that is shown and should not be.</summary>
    /// <param name="Path">Where it stands.</param>
    /// <param name="Variant">Why it should not.</param>
    internal sealed record Shown(string Path, string Variant);

    /// <summary>The members of an answer that should not be there.</summary>
    /// <param name="body">The answer's JSON.</param>
    /// <param name="schema">Its schema; <c>null</c> when the description says nothing.</param>
    internal static ImmutableArray<Shown> In(JsonElement body, ApiSchema? schema)
    {
        List<Shown> found = [];
        Walk(body, schema, "$", found);
        return [.. found.DistinctBy(static one => (one.Path, one.Variant))];
    }

    private static void Walk(JsonElement element, ApiSchema? schema, string path, List<Shown> found)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                Walk(item, schema?.Items, path + "[]", found);
            }

            return;
        }

        if (element.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (JsonProperty member in element.EnumerateObject())
        {
            ApiSchema? own = schema?.Properties.GetValueOrDefault(member.Name);
            string place = $"{path}.{member.Name}";
            // What is cut off in our copy of the schema may well name it.
            bool named = own is not null || schema is { Cut: true };
            if (IsSecret(member.Name, member.Value, named))
            {
                found.Add(new(place, Sensitive));
            }
            else if (!named && schema is { AdditionalProperties: false, Properties.IsEmpty: false })
            {
                found.Add(new(place, Undeclared));
            }
            else if (own is { WriteOnly: true } && member.Value.ValueKind is not JsonValueKind.Null)
            {
                found.Add(new(place, Undeclared));
            }

            Walk(member.Value, own, place, found);
        }
    }

    private static bool IsSecret(string name, JsonElement value, bool named)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { Length: >= 4 } text || Masked().IsMatch(text))
        {
            return false;
        }

        // A stored hash is nobody's to see; a token may be what the operation is for, when it is described.
        return (Password().IsMatch(name) && (Hash().IsMatch(text) || !named)) || (!named && Secret().IsMatch(name) && LooksRandom(text));
    }

    private static bool LooksRandom(string text) =>
        text.Length >= 16 && !text.Contains(' ', StringComparison.Ordinal) && text.Any(char.IsAsciiDigit) && text.Any(char.IsAsciiLetter) && text.Distinct().Count() >= 8
        && !text.Contains("://", StringComparison.Ordinal);

    private static async Task<ImmutableArray<ProbeResult>> OneAsync(CheckContext context, Operation operation, CancellationToken cancellationToken)
    {
        ProbeResult Probe(Outcome outcome, Identity? who, string? variant = null) => new(outcome) { Operation = operation.Name, Identity = who?.Name, Variant = variant };
        foreach (Identity identity in context.Api.Identities)
        {
            if (await context.Api.BaselineAsync(operation, identity, cancellationToken).ConfigureAwait(false) is not BaselineResult.Learned { Baseline: { First.Answer: { } first } baseline })
            {
                continue;
            }

            if (Parsed(first) is not { } body)
            {
                return [Probe(new Outcome.NotApplicable("what it answers is no JSON"), identity)];
            }

            ImmutableArray<Shown> shown = In(body, SchemaOf(operation, first));
            return shown.IsEmpty
                ? [Probe(new Outcome.Passed(), identity)]
                : [.. shown.GroupBy(static one => one.Variant).Select(group => Probe(
                    new Outcome.Failed(new Flaw
                    {
                        Expected = group.Key == Sensitive ? "No answer holds a password, a hash or a key." : "The answer holds the members that its description names, and no other.",
                        Observed = $"{operation.Name} shows {identity.Name} {string.Join(", ", group.Select(static one => Reports.Visible.Line(one.Path)).Take(10))}.",
                        Confidence = Confidence.Firm,
                        Evidence = [baseline.First.ToEvidence()],
                        Replay = CurlLine.Of(baseline.Ask, context.Request),
                    }),
                    identity,
                    group.Key))];
        }

        return [Probe(new Outcome.NotTested("no identity gets an answer there"), null)];
    }

    private static ApiSchema? SchemaOf(Operation operation, HttpAnswer answer)
    {
        string? type = answer.Header("content-type")?.Split(';')[0].Trim().ToLowerInvariant();
        return operation.Responses.Where(one => one.Covers(answer.Status) && one.Schema is not null && (one.MediaType == type || one.MediaType is "*/*" or "application/json"))
            .OrderByDescending(one => one.Exactness(answer.Status)).ThenByDescending(one => one.MediaType == type).Select(static one => one.Schema).FirstOrDefault();
    }

    private static JsonElement? Parsed(HttpAnswer answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array && Json.IsText(document.RootElement) ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex("passw(?:or)?d|passwd|pwd|password_?hash|^hash$|salt$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Password();

    [GeneratedRegex("secret|private_?key|api_?key|token$|mfa_?seed|totp|recovery_?code|session_?id", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Secret();

    [GeneratedRegex(@"^\$(?:2[abxy]|argon2\w*|scrypt|pbkdf2[\w-]*|[156])\$|^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$|^\{(?:SSHA|SHA|MD5|CRYPT)[0-9]*\}|^AQAAAA[A-Za-z0-9+/=]{40,}$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Hash();

    [GeneratedRegex(@"^[*•xX.\s-]+$|\*{3,}|^(?:none|null|hidden|redacted|\[.*\])$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Masked();
}
