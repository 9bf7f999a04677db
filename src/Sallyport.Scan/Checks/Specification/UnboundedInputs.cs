using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Specification;

/// <summary>SPEC-006: whether requests are described with bounds. Facts only.</summary>
internal sealed class UnboundedInputs : Check
{
    private const int MostValues = 2_000;
    private const string Texts = "Texts of requests without a largest length";
    private const string Lists = "Lists of requests without a largest count";
    private const string Integers = "Integers of requests without limits";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SPEC-006",
        Title = "Requests are described without bounds",
        Category = Category.InputValidation,
        Severity = null,
        Standards = new() { Cwe = [770, 1284], OwaspApi = ["API4:2023"], PciDss = ["6.2.4"], Asvs = ["2.1.1"] },
        Needs = [Need.Operations],
        Why = "Gateways and frameworks that validate by the description can refuse only what it bounds. A text without a length, a list without a count and a number without limits are passed on as they come.",
        Impact = "No weakness by itself: what the server does with such requests is the subject of IV-001 and RL-003.",
        How = "The parameters and bodies of all operations are read, answers are not: one fact for texts without maxLength, enum, pattern or a format of known length; one for lists without maxItems; one for "
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

        var found = new Dictionary<string, List<string>> { [Texts] = [], [Lists] = [], [Integers] = [] };
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
            ? CheckResult.Passed().With([.. found.Where(kind => kind.Value.Count > 0).Select(kind => new Fact(Info.Id, kind.Key, $"{kind.Value.Count}: {Described.List(kind.Value)}"))])
            : CheckResult.NotApplicable("the description has no parameter and no body"));
    }

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
            found[Texts].Add(where);
        }

        if (schema.Types.Contains("array") && schema.MaxItems is null)
        {
            found[Lists].Add(where);
        }

        if (schema.Types.Contains("integer") && schema.Enum.IsEmpty && (schema.Minimum is null || schema.Maximum is null) && schema.Format is not ("int32" or "int64"))
        {
            found[Integers].Add(where);
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
