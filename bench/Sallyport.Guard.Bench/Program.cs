using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Sallyport.Guard.Bench;

/// <summary>What the guard costs, beside the same server without it, in turn in the same run; each prints a table, and appends it to a file when one is named.</summary>
internal static class Program
{
    private const string Usage = """
        usage: Sallyport.Guard.Bench requests [ROUNDS] [--append FILE]     keep-alive requests beside plain RequireCertificate
               Sallyport.Guard.Bench handshakes [ROUNDS] [--append FILE]   full handshakes beside the same
               Sallyport.Guard.Bench tokens [ROUNDS] [--append FILE]       bound tokens and a resource, beside JsonWebTokenHandler on every request
               Sallyport.Guard.Bench gates [ROUNDS] [--append FILE]        each gate of a request, and the moment of use, in memory
               Sallyport.Guard.Bench connections [ROUNDS] [--append FILE]  2,000 open connections: one identity goes; 1,000 are swapped
        """;

    private static async Task<int> Main(string[] args)
    {
        int append = Array.IndexOf(args, "--append");
        string[] words = [.. args.Where((_, i) => append < 0 || (i != append && i != append + 1))];
        if (words is ["serve", string kind, string folder])
        {
            await BenchServer.ServeAsync(kind, folder);
            return 0;
        }

        string? table = words switch
        {
            ["requests", ..] => await LoadBench.RunAsync(LoadBench.Requests, Rounds(words)),
            ["handshakes", ..] => await LoadBench.RunAsync(LoadBench.Handshakes, Rounds(words)),
            ["tokens", ..] => await LoadBench.RunAsync(LoadBench.Tokens, Rounds(words)),
            ["gates", ..] => await GateBench.RunAsync(Rounds(words)),
            ["connections", ..] => await ConnectionBench.RunAsync(Rounds(words)),
            _ => null,
        };
        if (table is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        string when = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        string page = $"## guard {words[0]}, {when}\n{Environment.ProcessorCount} cores, .NET {Environment.Version}; command: `Sallyport.Guard.Bench {string.Join(' ', words)}`\n\n{table}\n";
        Console.Write(page);
        if (append >= 0)
        {
            await File.AppendAllTextAsync(args[append + 1], page);
        }

        return 0;
    }

    private static int Rounds(string[] words) => words.Length > 1 ? int.Parse(words[1], CultureInfo.InvariantCulture) : 9;
}
