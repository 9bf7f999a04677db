using System.CommandLine;
using System.Linq;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Commands;

/// <summary><c>sallyport explain</c>: one rule in full.</summary>
internal static class ExplainCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var id = new Argument<string>("rule-id") { HelpName = "rule-id", Description = "The rule, such as MTLS-002." };
        var command = new Command("explain", "Explain a rule: why it matters, how it is tested, the flaw beside the fix, standards and sources.") { id };
        command.SetAction(parsed =>
        {
            string given = parsed.GetValue(id) ?? "";
            if (CheckCatalog.Find(given) is CheckInfo rule)
            {
                Explanation.Write(rule, surroundings.Output, surroundings.ColourAllowed && surroundings.OutputIsTerminal);
                return ExitCode.Clean;
            }

            string hint = ParseComplaint.Suggest(given.ToUpperInvariant(), CheckCatalog.Rules.Select(known => known.Id)) ?? "sallyport checks lists every rule";
            return Complaint.Usage(surroundings.Error, $"{ParseComplaint.Plain(given)} is no rule", hint);
        });
        return command;
    }
}
