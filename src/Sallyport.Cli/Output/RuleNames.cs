using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;

namespace Sallyport.Cli.Output;

/// <summary>Tells names of rules that do not exist, before a scan silently runs without them.</summary>
internal static class RuleNames
{
    public static void Verify(ScanOptions options, ExitPolicy policy, List<InputProblem> problems)
    {
        if (options.Only.IsEmpty && options.Skip.IsEmpty && policy.Require.IsEmpty)
        {
            return;
        }

        ImmutableArray<CheckInfo> rules = CheckCatalog.Rules;
        foreach ((string option, string name) in Parts("--checks", options.Only).Concat(Parts("--skip", options.Skip)).Concat(Parts("--require", policy.Require)))
        {
            if (Problem(option, name, rules) is InputProblem problem)
            {
                problems.Add(problem);
            }
        }
    }

    private static InputProblem? Problem(string option, string name, ImmutableArray<CheckInfo> rules)
    {
        string[] parts = name.Split('/');
        CheckInfo? rule = rules.FirstOrDefault(rule => rule.Id.Equals(parts[0], StringComparison.OrdinalIgnoreCase));
        if (rule is not null)
        {
            return parts.Length == 1 || rule.Variants.Any(variant => variant.Slug == parts[1])
                ? null
                : new($"{option}: {rule.Id} has no such variant", rule.Variants.IsEmpty ? "it has none" : "its variants: " + string.Join(", ", rule.Variants.Select(variant => variant.Slug)));
        }

        IEnumerable<string> known = rules.Select(rule => rule.Id);
        if (option != "--require")
        {
            ImmutableArray<string> categories = [.. rules.Select(rule => rule.Category.Slug).Distinct()];
            if (categories.Contains(name))
            {
                return null;
            }

            known = known.Concat(categories);
        }

        return new($"{option}: {ParseComplaint.Plain(name)} is no rule", ParseComplaint.Suggest(name.ToUpperInvariant(), known) ?? ParseComplaint.Suggest(name, known) ?? "sallyport checks lists them");
    }

    private static IEnumerable<(string Option, string Name)> Parts(string option, ImmutableArray<string> values) =>
        values.SelectMany(value => value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(name => (option, name));
}
