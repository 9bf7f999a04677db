using System;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Demo;

/// <summary>Two reports side by side.</summary>
/// <param name="output">Where to.</param>
/// <param name="colour">Whether ANSI colours are used.</param>
internal sealed class DemoTable(TextWriter output, bool colour)
{
    private const int Wide = 58;
    private const int Narrow = 16;

    public void Write(ScanReport naked, ScanReport guarded)
    {
        Row("", "naked", "guarded");
        Row("grade", naked.Grade ?? "none", guarded.Grade ?? "none");
        Row("score", Number(naked.Score), Number(guarded.Score));
        Row("client certificates", Words(naked), Words(guarded));
        Row("coverage", $"{naked.Tested}/{naked.Applicable}", $"{guarded.Tested}/{guarded.Applicable}");
        Row("requests, connections", $"{naked.Requests}, {naked.Connections}", $"{guarded.Requests}, {guarded.Connections}");
        foreach (Severity severity in Enum.GetValues<Severity>().Reverse())
        {
            Row($"{severity.ToString().ToLowerInvariant()} findings", Number(Count(naked, severity)), Number(Count(guarded, severity)));
        }

        output.WriteLine();
        ImmutableArray<CheckInfo> rules = CheckCatalog.Rules;
        foreach (string id in naked.Checks.Concat(guarded.Checks).Select(check => check.Id).Distinct().Order(StringComparer.Ordinal))
        {
            string left = Outcome(naked, id);
            string right = Outcome(guarded, id);
            if (left == "FOUND" || right == "FOUND")
            {
                Row($"{id} {rules.FirstOrDefault(rule => rule.Id == id)?.Title}", left, right);
            }
        }
    }

    private static string Outcome(ScanReport report, string id) => report.Findings.Any(finding => finding.Id == id || finding.AlsoMatches.Contains(id))
        ? "FOUND"
        : Output.Words.Of(report.Checks.FirstOrDefault(check => check.Id == id)?.Outcome ?? "not run");

    private static int Count(ScanReport report, Severity severity) => report.Findings.Count(finding => finding.Severity == severity);

    private static string Words(ScanReport report) => report.ClientAuthentication switch
    {
        ClientAuthentication.NotRequested => "not requested",
        ClientAuthentication one => one.ToString().ToLowerInvariant(),
    };

    private static string Number(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "none";

    private void Row(string what, string naked, string guarded)
    {
        string first = what.Length > Wide ? string.Concat(what.AsSpan(0, Wide - 1), "…") : what.PadRight(Wide);
        output.WriteLine($"{first}  {Paint(naked)}  {Paint(guarded)}".TrimEnd());
    }

    private string Paint(string word)
    {
        string padded = word.PadRight(Narrow);
        return (colour, word) switch
        {
            (true, "FOUND" or "F" or "D") => $"\e[31m{padded}\e[0m",
            (true, "passed" or "A" or "B" or "required") => $"\e[32m{padded}\e[0m",
            _ => padded,
        };
    }
}
