using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Cli.Demo;
using Sallyport.Cli.Output;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Commands;

/// <summary><c>sallyport demo</c>: the sample API, naked and guarded, scanned side by side.</summary>
internal static class DemoCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var output = new Option<string?>("--output") { HelpName = "DIR", Description = "Write naked/report.* and guarded/report.* (json, html, sarif) there." };
        var noColor = new Option<bool>("--no-color") { Description = "No colour, also on a terminal." };
        var mode = new Option<string?>("--mode") { HelpName = "MODE", Description = "What probes may do: intrusive (default: the APIs are our own), active, or safe, which is over soonest." };
        var command = new Command("demo", "Start the sample API twice on loopback, naked and guarded, and scan both at the same time.") { output, mode, noColor };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            surroundings, parsed.GetValue(output), parsed.GetValue(mode), surroundings.ColourAllowed && !parsed.GetValue(noColor), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, string? output, string? named, bool colour, CancellationToken cancellationToken)
    {
        var problems = new List<InputProblem>();
        ScanMode mode = Mode(named, problems);
        OutputPlan? nakedPlan = Plan(surroundings, output, "naked", problems);
        OutputPlan? guardedPlan = Plan(surroundings, output, "guarded", problems);
        if (problems.Count > 0)
        {
            return Complaint.Usage(surroundings.Error, problems);
        }

        long start = surroundings.Time.GetTimestamp();
        DemoSide naked = await DemoSide.StartAsync("naked", Weakness.Naked, mode, surroundings.Time, cancellationToken).ConfigureAwait(false);
        await using (naked.ConfigureAwait(false))
        {
            DemoSide guarded = await DemoSide.StartAsync("guarded", [], mode, surroundings.Time, cancellationToken).ConfigureAwait(false);
            await using (guarded.ConfigureAwait(false))
            {
                Complaint.Notes(surroundings.Error, [$"scanning {naked.Request.Target} (naked) and {guarded.Request.Target} (guarded) at the same time{(mode == ScanMode.Intrusive ? ", with everything allowed: a minute or two (--mode safe is shorter)" : "")}"]);
                ScanRun scan = surroundings.Scan ?? new Scanner(surroundings.Time).RunAsync;
                var progress = new PlainProgress(surroundings.Error, quiet: true);
                ScanReport[] reports = await Task.WhenAll(
                    scan(naked.Request, progress, cancellationToken), scan(guarded.Request, progress, cancellationToken)).ConfigureAwait(false);
                ImmutableArray<string> planted = DemoSide.Planted(Weakness.Naked);
                bool written = (nakedPlan?.Write(reports[0], surroundings, colour: false) ?? true) & (guardedPlan?.Write(reports[1], surroundings, colour: false) ?? true);
                new DemoTable(surroundings.Output, colour && surroundings.OutputIsTerminal).Write(reports[0], reports[1]);
                return cancellationToken.IsCancellationRequested
                    ? ExitCode.Cancelled
                    : Conclude(surroundings, DemoOutcome.Surprises(reports[0], reports[1], planted), surroundings.Time.GetElapsedTime(start), written);
            }
        }
    }

    private static ScanMode Mode(string? named, List<InputProblem> problems)
    {
        if (Enum.GetValues<ScanMode>().Where(mode => mode.ToString().Equals(named ?? nameof(ScanMode.Intrusive), StringComparison.OrdinalIgnoreCase)).ToArray() is [var mode])
        {
            return mode;
        }

        problems.Add(new($"--mode: {ParseComplaint.Plain(named ?? "")} is not known", "one of safe, active, intrusive"));
        return ScanMode.Safe;
    }

    private static OutputPlan? Plan(Surroundings surroundings, string? output, string name, List<InputProblem> problems) => output is null
        ? null
        : OutputPlan.Of([ReportFormat.Json, ReportFormat.Html, ReportFormat.Sarif], output.Length == 0 ? "" : Path.Combine(output, name), surroundings, problems);

    private static int Conclude(Surroundings surroundings, ImmutableArray<string> surprises, TimeSpan took, bool written)
    {
        surroundings.Output.WriteLine();
        if (surprises.IsEmpty)
        {
            surroundings.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"both as expected, in {took.TotalSeconds:0.0} s: everything planted in the naked API was found, the guarded one is clean"));
            return written ? ExitCode.Clean : ExitCode.NotScanned;
        }

        foreach (string surprise in surprises)
        {
            Complaint.Write(surroundings.Error, surprise, null);
        }

        return ExitCode.NotScanned;
    }
}
