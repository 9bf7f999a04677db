using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Cli.Commands;

namespace Sallyport.Cli;

/// <summary>The command line as a whole: parses, complains in one form, runs the command, answers its exit code.</summary>
/// <param name="surroundings">What it has of the world.</param>
internal sealed class Tool(Surroundings surroundings)
{
    /// <summary>The version of the tool, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        try
        {
            return await InvokeAsync(args, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
        catch (IOException)
        {
            // Standard output was closed by its reader, as in `sallyport checks | head`: there is nobody to tell.
            return ExitCode.NotScanned;
        }
        catch (Exception e)
        {
            // The last line of defence: one line, no stack trace, and no message that could hold a secret.
            MethodBase? thrower = new StackTrace(e).GetFrames().FirstOrDefault()?.GetMethod();
            Complaint.Write(surroundings.Error, $"internal error: {e.GetType().Name} in {thrower?.DeclaringType?.Name}.{thrower?.Name}", "this is a defect of sallyport: please report it with the command line, without its secrets");
            return ExitCode.NotScanned;
        }
    }

    private async Task<int> InvokeAsync(IReadOnlyList<string> args, CancellationToken cancellationToken)
    {
        RootCommand root = Root();
        ParseResult parsed = root.Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0 && !AsksForHelp(parsed))
        {
            return ParseComplaint.Write(parsed, surroundings.Error);
        }

        int code = await parsed.InvokeAsync(
            new()
            {
                Output = surroundings.Output,
                Error = surroundings.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            },
            cancellationToken).ConfigureAwait(false);
        await surroundings.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return code;
    }

    private RootCommand Root()
    {
        var root = new RootCommand("Finds every way round a mutual-TLS API, from the outside: which request with which identity gets through.");
        foreach (Option version in root.Options.Where(option => option is VersionOption).ToArray())
        {
            root.Options.Remove(version);
        }

        var showVersion = new Option<bool>("--version") { Description = "Show the version." };
        root.Add(showVersion);
        root.Add(ScanCommand.Create(surroundings));
        root.Add(DemoCommand.Create(surroundings));
        root.Add(ExplainCommand.Create(surroundings));
        root.Add(ChecksCommand.Create(surroundings));
        root.Add(PkiCommand.Create(surroundings));
        root.Add(MitmCommand.Create(surroundings));
        root.Add(IdentitiesCommand.Create(surroundings));
        root.SetAction(parsed =>
        {
            if (!parsed.GetValue(showVersion))
            {
                return Complaint.Usage(surroundings.Error, "no command", "sallyport scan https://api.example.com, or sallyport --help");
            }

            surroundings.Output.WriteLine($"sallyport {Version}");
            return ExitCode.Clean;
        });
        return root;
    }

    private static bool AsksForHelp(ParseResult parsed) => parsed.Action is System.CommandLine.Help.HelpAction;
}
