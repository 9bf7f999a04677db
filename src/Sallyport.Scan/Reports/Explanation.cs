using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports.Json;
using Sallyport.Scan.Reports.Text;

namespace Sallyport.Scan.Reports;

/// <summary>What the rules are: one in full (<c>sallyport explain</c>), or all in a list (<c>sallyport checks</c>).</summary>
public static class Explanation
{
    private const int Width = 100;

    /// <summary>Writes one rule in full: why, impact, how it is tested, flaw beside fix for each stack, standards, sources.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="output">Where to. Not closed. Lines end in LF.</param>
    /// <param name="colour">Whether ANSI colours are used.</param>
    public static void Write(CheckInfo rule, TextWriter output, bool colour = false)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(output);
        new RuleText(output, colour, Width).Write(rule);
    }

    /// <summary>Writes the catalogue as a table: id, severity, mode, title.</summary>
    /// <param name="output">Where to. Not closed. Lines end in LF.</param>
    public static void WriteTable(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteTable(CheckCatalog.Rules, output);
    }

    /// <summary>Writes the catalogue as JSON: an array with all that is declared of each rule.</summary>
    /// <param name="output">Where to. Not closed. Lines end in LF.</param>
    public static void WriteJson(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        WriteJson(CheckCatalog.Rules, output);
    }

    /// <summary>The same table of other rules.</summary>
    internal static void WriteTable(ImmutableArray<CheckInfo> rules, TextWriter output)
    {
        foreach (IGrouping<Category, CheckInfo> category in rules.GroupBy(static rule => rule.Category))
        {
            output.Write($"{category.Key.Name} ({category.Key.Slug})\n");
            foreach (CheckInfo rule in category)
            {
                output.Write($"  {rule.Id,-9}  {Severities(rule),-17}  {Words.Slug(rule.Mode),-9}  {rule.Title}\n");
            }

            output.Write('\n');
        }

        output.Write($"{Words.Count(rules.Length, "check")}. sallyport explain ID tells more.\n");
    }

    /// <summary>The same list of other rules.</summary>
    internal static void WriteJson(ImmutableArray<CheckInfo> rules, TextWriter output)
    {
        output.Write(JsonSerializer.Serialize([.. rules.Select(Of)], JsonReportContext.Default.JsonRuleArray));
        output.Write('\n');
    }

    /// <summary>The severity, or from the mildest to the worst of the variants; <c>fact</c> for a rule of facts.</summary>
    internal static string Severities(CheckInfo rule)
    {
        List<Severity> all = [.. rule.Variants.Select(static variant => variant.Severity), .. rule.Severity is { } own ? new[] { own } : []];
        return all.Count == 0 ? "fact" : all.Min() == all.Max() ? Words.Slug(all.Max()) : $"{Words.Slug(all.Min())} to {Words.Slug(all.Max())}";
    }

    private static JsonRule Of(CheckInfo rule) => new(
        rule.Id,
        rule.Title,
        rule.Category.Slug,
        rule.Severity is { } severity ? Words.Slug(severity) : null,
        [.. rule.Variants.Select(static variant => new JsonVariant(variant.Slug, variant.Title, Words.Slug(variant.Severity)))],
        Words.Slug(rule.Mode),
        [.. rule.Needs.Select(static need => Words.Slug(need))],
        rule.Why,
        rule.Impact,
        rule.How,
        rule.Standards.Cwe,
        rule.Standards.OwaspApi,
        rule.Standards.PciDss,
        rule.Standards.Asvs,
        rule.Sources,
        [.. rule.Remedies.Select(JsonReportWriter.Remedy)]);
}
