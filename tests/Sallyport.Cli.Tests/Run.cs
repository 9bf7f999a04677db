using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Cli.Tests;

/// <summary>One run of the tool in this process, with what it wrote.</summary>
/// <param name="Code">Its exit code.</param>
/// <param name="Output">What it wrote to stdout.</param>
/// <param name="Error">What it wrote to stderr.</param>
internal sealed record Run(int Code, string Output, string Error)
{
    /// <summary>The error lines without their prefix.</summary>
    public IReadOnlyList<string> Errors => Lines("sallyport: error: ");

    /// <summary>The hint lines without their prefix.</summary>
    public IReadOnlyList<string> Hints => Lines("sallyport: hint: ");

    public static Task<Run> OfAsync(params string[] args) => OfAsync(change: null, args);

    public static async Task<Run> OfAsync(Func<Surroundings, Surroundings>? change, string[] args, CancellationToken? cancellation = null)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var surroundings = new Surroundings
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            Environment = _ => null,
            WorkingDirectory = Path.GetTempPath(),
            Time = TimeProvider.System,
        };
        int code = await new Tool(change is null ? surroundings : change(surroundings)).RunAsync(args, cancellation ?? TestContext.Current.CancellationToken);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>A usage error as rule 23 wants it: exit 2, error before hint, no stack trace, nothing on stdout.</summary>
    public Run IsUsageError()
    {
        Code.ShouldBe(ExitCode.Usage, Error);
        Output.ShouldBeEmpty();
        Errors.ShouldNotBeEmpty();
        Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => line.StartsWith("sallyport: ", StringComparison.Ordinal));
        Error.ShouldNotContain("   at ");
        Errors.ShouldAllBe(line => !line.EndsWith('.'));
        return this;
    }

    private List<string> Lines(string prefix) =>
        [.. Error.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..])];
}
