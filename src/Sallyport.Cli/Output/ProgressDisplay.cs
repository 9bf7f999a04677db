using System;
using System.Threading.Tasks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Spectre.Console;

namespace Sallyport.Cli.Output;

/// <summary>What is seen while a scan runs: a live display on a terminal, plain lines otherwise, always on stderr.</summary>
internal static class ProgressDisplay
{
    public static async Task<ScanReport> WhileAsync(Surroundings surroundings, bool quiet, bool colour, Func<IProgress<ScanProgress>, Task<ScanReport>> scan)
    {
        if (quiet || !surroundings.ErrorIsTerminal)
        {
            return await scan(new PlainProgress(surroundings.Error, quiet)).ConfigureAwait(false);
        }

        IAnsiConsole console = AnsiConsole.Create(new()
        {
            Ansi = AnsiSupport.Detect,
            ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(surroundings.Error),
        });
        return await console.Status()
            .Spinner(Spinner.Known.Line)
            .StartAsync("starting", context => scan(new LiveProgress(context, surroundings.Error)))
            .ConfigureAwait(false);
    }
}
