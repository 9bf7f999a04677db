using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Exposure;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>IV-001: whether values that the description forbids are refused.</summary>
internal sealed partial class SchemaBreach : InjectionCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "IV-001",
        Title = "Values that the description forbids are not refused",
        Category = Category.InputValidation,
        Severity = Severity.Medium,
        Variants =
        [
            new("error", "A value that the description forbids breaks the operation", Severity.Medium),
            new("accepted", "A value that the description forbids is accepted", Severity.Low),
        ],
        Standards = new() { Cwe = [20, 1284], OwaspApi = ["API8:2023"], PciDss = ["6.2.4"], Asvs = ["2.2.1"] },
        Needs = Usual,
        Why = "What a description promises and the code does not hold is where the code meets values that nobody thought of: the wrong type, a negative number, a text without end, a member that should not be there.",
        Impact = "Errors that stop the operation, and records that break whatever reads them later.",
        How = "Each parameter with a declared type, range, length or list gets values outside of it; in active mode the members of bodies too, null and undeclared members among them. A server error twice, where the sound value "
            + "is answered before and after, is a finding; so is success where the schema leaves no doubt. Any 4xx is right."
            + AtLogins,
        Sources = ["OpenAPI 3.1, section 4.8.24", "JSON Schema validation 2020-12, section 6", "CWE-20"],
        Remedies = CheckInput.Schema,
    };

    /// <inheritdoc/>
    protected override int MaxPlaces => 30;

    /// <inheritdoc/>
    protected override Regex Preferred => Names();

    /// <inheritdoc/>
    protected override bool IsTried(InjectionPoint point) => point.In != "path" && point.Schema is { } schema && Forbidden(schema, point.In == "body").Any();

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        CheckResult result = await base.RunAsync(context, cancellationToken).ConfigureAwait(false);
        return result with { Probes = [.. AnswerCheck.Joined(result.Probes)] };
    }

    /// <summary>Values that a schema forbids beyond doubt, raw: JSON in a body, text elsewhere.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="json">Whether they are JSON.</param>
    internal static IEnumerable<(string Raw, string What)> Forbidden(ApiSchema schema, bool json)
    {
        string? type = schema.Types.Length == 1 ? schema.Types[0] : null;
        string Text(string text) => json ? System.Text.Json.JsonSerializer.Serialize(text) : Uri.EscapeDataString(text);
        if (type is "integer" or "number" or "boolean")
        {
            yield return (Text("sallyport"), $"text for a {type}");
        }

        if (type is "integer" or "number")
        {
            if (schema.Minimum is { } minimum && minimum > decimal.MinValue + 1)
            {
                yield return ((minimum - 1).ToString(CultureInfo.InvariantCulture), $"less than the minimum {minimum}");
            }

            if (schema.Maximum is { } maximum && maximum < decimal.MaxValue - 1)
            {
                yield return ((maximum + 1).ToString(CultureInfo.InvariantCulture), $"more than the maximum {maximum}");
            }

            yield return ("99999999999999999999999999", "a number of 26 digits");
        }

        if (!schema.Enum.IsEmpty)
        {
            yield return (Text("sallyport-none"), "a value that is not on the list");
        }

        if (type == "string" && schema.MaxLength is { } longest and < 5_000)
        {
            yield return (Text(new string('a', longest + 1)), $"more than {longest} characters");
        }

        if (json && type is not null && !schema.Nullable)
        {
            yield return ("null", "null");
            yield return ("{\"sallyport\":[]}", "an object");
        }
    }

    /// <inheritdoc/>
    protected override async Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        ApiSchema schema = point.Schema ?? new();
        Outcome error = new Outcome.Passed();
        Outcome accepted = new Outcome.Passed();
        (Exchange control, HttpAnswer? sound, _) = await SendAsync(context, point, point.Value.Length > 0 ? point.WithRaw(Sound(point), "the sound value") : point.Ask with { Title = "without the value" }, cancellationToken).ConfigureAwait(false);
        if (sound is not { Status: >= 200 and < 300 })
        {
            Outcome undecided = new Outcome.NotTested($"{point.Place}: the sound value: {control.Summary}");
            return [new(undecided) { Variant = "error" }, new(undecided) { Variant = "accepted" }];
        }

        foreach ((string raw, string what) in Forbidden(schema, point.In == "body"))
        {
            (Exchange exchange, HttpAnswer? answer, _) = await SendAsync(context, point, point.WithRaw(raw, what), cancellationToken).ConfigureAwait(false);
            if (answer is null)
            {
                error = error is Outcome.Passed ? new Outcome.NotTested($"{point.Place}: {what}: {exchange.Summary}") : error;
            }
            else if (answer.Status is >= 500 and not 501 and not 503 && error is not Outcome.Failed)
            {
                (Exchange again, HttpAnswer? second, _) = await SendAsync(context, point, point.WithRaw(raw, what), cancellationToken).ConfigureAwait(false);
                (_, HttpAnswer? after, _) = await SendAsync(context, point, point.Value.Length > 0 ? point.WithRaw(Sound(point), "the sound value") : point.Ask, cancellationToken).ConfigureAwait(false);
                error = second?.Status >= 500 && after is { Status: >= 200 and < 300 }
                    ? Failed(point, $"{what} was answered with {answer.Status}, twice; the sound value with {sound.Status}.", control, exchange, again)
                    : error is Outcome.Passed ? new Outcome.NotTested($"{point.Place}: {what} was answered with {answer.Status}, and that could not be shown again between two sound answers") : error;
            }
            else if (answer.Status is >= 200 and < 300 && accepted is not Outcome.Failed)
            {
                accepted = Failed(point, $"{what} was accepted ({answer.Status}).", control, exchange);
            }
        }

        return [new(error) { Variant = "error" }, new(accepted) { Variant = "accepted" }];
    }

    private static string Sound(InjectionPoint point) => point.In == "body"
        ? point.IsNumber || point.Schema?.Types.Contains("boolean") == true ? point.Value : System.Text.Json.JsonSerializer.Serialize(point.Value)
        : Uri.EscapeDataString(point.Value);

    private static Outcome.Failed Failed(InjectionPoint point, string observed, params ReadOnlySpan<Exchange> exchanges) => new(new Flaw
    {
        Expected = "A value that the description forbids is answered with 4xx.",
        Observed = $"{point.Place}: {observed}",
        Confidence = Confidence.Firm,
        Evidence = [.. exchanges.ToArray().Select(exchange => exchange.ToEvidence())],
    });

    [GeneratedRegex("limit|page|size|count|quantity|amount|status|sort|id", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Names();
}
