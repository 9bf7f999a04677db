using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>SPEC-006: whether requests are described with bounds.</summary>
internal sealed class UnboundedInputs : Check
{
    private const int MostValues = 2_000;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SPEC-006",
        Title = "Requests are described without bounds",
        Category = Category.InputValidation,
        Severity = Severity.Low,
        Variants =
        [
            new("texts", "Texts without a largest length", Severity.Low),
            new("lists", "Lists without a largest count", Severity.Low),
            new("integers", "Integers without limits", Severity.Low),
        ],
        Standards = new() { Cwe = [770, 1284], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["2.2.1"] },
        Needs = [Need.Operations],
        Why = "Gateways and frameworks that validate by the description can refuse only what it bounds. A text without a length, a list without a count and a number without limits are passed on as they come.",
        Impact = "No weakness by itself: what the server does with such requests is the subject of IV-001 and RL-003.",
        How = "The parameters and bodies of all operations are read, answers are not: one finding for texts without maxLength, enum, pattern or a format of known length; one for lists without maxItems; one for "
            + "integers without both bounds or a format. Nothing is sent.",
        Sources = ["OWASP API4:2023", "JSON Schema validation, draft 2020-12, section 6"],
        Remedies = DescribeTruly.Bounds,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.Description is not { } description)
        {
            return Task.FromResult(Described.Missing);
        }

        var found = new Dictionary<string, List<string>> { ["texts"] = [], ["lists"] = [], ["integers"] = [] };
        bool any = false;
        foreach (Operation operation in description.Operations)
        {
            int left = MostValues;
            foreach ((string name, ApiSchema schema) in Inputs(operation))
            {
                any = true;
                Walk(schema, $"{operation.Name} {name}", found, ref left);
            }
        }

        return Task.FromResult(any
            ? new CheckResult { Probes = [.. found.Select(kind => Probe(description, kind.Key, kind.Value))] }
            : CheckResult.NotApplicable("the description has no parameter and no body"));
    }

    private static ProbeResult Probe(ApiDescription description, string kind, List<string> found) => new(
        found.Count == 0 ? new Outcome.Passed() : new Outcome.Failed(new Flaw
        {
            Expected = $"The {kind} of requests are described with bounds.",
            Observed = $"{found.Count} {kind} of requests have no bounds: {Described.List(found)}.",
            // Worth knowing and no weakness by itself: it neither gates nor scores.
            Confidence = Confidence.Suspect,
            Evidence = [Described.Evidence(description, found)],
        }))
    { Variant = kind };

    private static IEnumerable<(string Name, ApiSchema Schema)> Inputs(Operation operation)
    {
        foreach (ApiParameter parameter in operation.Parameters.Where(parameter => parameter.Schema is not null))
        {
            yield return ($"{parameter.In} {parameter.Name}", parameter.Schema!); // filtered above
        }

        if (operation.Body?.Schema is { } body)
        {
            yield return ("body", body);
        }
    }

    private static void Walk(ApiSchema schema, string where, Dictionary<string, List<string>> found, ref int left)
    {
        if (schema.ReadOnly || left-- <= 0)
        {
            return;
        }

        if (schema.Cut && schema.Types.IsEmpty)
        {
            return;
        }

        if (schema.Types.Contains("string") && IsUnbounded(schema))
        {
            found["texts"].Add(where);
        }

        if (schema.Types.Contains("array") && schema.MaxItems is null)
        {
            found["lists"].Add(where);
        }

        if (schema.Types.Contains("integer") && schema.Enum.IsEmpty && (schema.Minimum is null || schema.Maximum is null) && schema.Format is not ("int32" or "int64"))
        {
            found["integers"].Add(where);
        }

        foreach ((string name, ApiSchema member) in schema.Properties)
        {
            Walk(member, $"{where}.{name}", found, ref left);
        }

        if (schema.Items is { } items)
        {
            Walk(items, where + "[]", found, ref left);
        }
    }

    private static bool IsUnbounded(ApiSchema schema) =>
        schema.Enum.IsEmpty && schema.MaxLength is null
        && schema.Format is not ("date" or "date-time" or "time" or "uuid" or "ipv4" or "ipv6" or "binary" or "hostname" or "email")
        && !(schema.Pattern is ['^', .., '$'] pattern && !pattern.Contains('*', StringComparison.Ordinal) && !pattern.Contains('+', StringComparison.Ordinal) && !pattern.Contains(",}", StringComparison.Ordinal));
}
