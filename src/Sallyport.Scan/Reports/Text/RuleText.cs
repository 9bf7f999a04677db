using System.Collections.Immutable;
using System.IO;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Reports.Text;

/// <summary>One rule in full, for a terminal.</summary>
/// <param name="output">Where to.</param>
/// <param name="colour">Whether ANSI colours are used.</param>
/// <param name="width">The longest line.</param>
internal sealed class RuleText(TextWriter output, bool colour, int width)
{
    private const string Bold = "1";
    private const string Red = "31";
    private const string Green = "32";

    /// <summary>Writes the rule.</summary>
    public void Write(CheckInfo rule)
    {
        Line($"{Paint(rule.Id, Bold)}  {Paint(rule.Title, Bold)}");
        Line($"{rule.Category.Name}, {Explanation.Severities(rule)}, {Words.Slug(rule.Mode)} mode");
        Section("Why it matters", rule.Why);
        Section("Impact", rule.Impact);
        Section("How it is tested", rule.How);
        if (!rule.Variants.IsEmpty)
        {
            Heading("Variants");
            foreach (CheckVariant variant in rule.Variants)
            {
                Line($"  {rule.Id + "/" + variant.Slug,-26}  {Words.Slug(variant.Severity),-8}  {variant.Title}");
            }
        }

        foreach (Remedy remedy in rule.Remedies)
        {
            Section(remedy.Stack is { } stack ? $"Fix for {Words.Name(stack)}" : "Fix", remedy.Text);
            Code("instead of", remedy.Flaw, Red);
            Code("write", remedy.Fix, Green);
        }

        Listed("Standards", [.. Words.Standards(rule.Standards)]);
        Listed("Sources", rule.Sources);
    }

    private void Section(string title, string text)
    {
        Heading(title);
        foreach (string line in Visible.Wrap(text, width - 2))
        {
            Line("  " + line);
        }
    }

    private void Listed(string title, ImmutableArray<string> items)
    {
        if (items.IsEmpty)
        {
            return;
        }

        Heading(title);
        foreach (string item in items)
        {
            Line("  " + Visible.Line(item));
        }
    }

    private void Code(string title, string? code, string paint)
    {
        if (code is null)
        {
            return;
        }

        Line($"  {title}");
        foreach (string line in Visible.Lines(code))
        {
            Line("    " + Paint(line, paint));
        }
    }

    private void Heading(string title)
    {
        Line();
        Line(Paint(title, Bold));
    }

    private string Paint(string text, string code) => colour ? $"\e[{code}m{text}\e[0m" : text;

    private void Line(string text = "")
    {
        output.Write(text.TrimEnd());
        output.Write('\n');
    }
}
