using System.CommandLine;
using System.IO;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Commands;

/// <summary><c>sallyport checks</c>: the catalogue.</summary>
internal static class ChecksCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var format = new Option<string?>("--format") { HelpName = "FORMAT", Description = "console (default) or json." };
        var command = new Command("checks", "List every check: id, severity, mode and title.") { format };
        command.SetAction(parsed =>
        {
            TextWriter output = surroundings.Output;
            switch (parsed.GetValue(format)?.ToLowerInvariant())
            {
                case null or "console":
                    Explanation.WriteTable(output);
                    return ExitCode.Clean;
                case "json":
                    Explanation.WriteJson(output);
                    return ExitCode.Clean;
                case string unknown:
                    return Complaint.Usage(surroundings.Error, $"--format: {ParseComplaint.Plain(unknown)} is not known", "console or json");
            }
        });
        return command;
    }
}
