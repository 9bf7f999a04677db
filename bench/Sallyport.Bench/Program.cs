using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;

namespace Sallyport.Bench;

/// <summary>The measurements that the README quotes; each prints a table, and appends it to a file when one is named.</summary>
internal static class Program
{
    private const string Usage = """
        usage: Sallyport.Bench enumeration [ROUNDS] [--peers] [--append FILE]
               Sallyport.Bench scan PROGRAM [ROUNDS] [--peers] [--append FILE]
               Sallyport.Bench startup PROGRAM [ROUNDS] [--append FILE]
               Sallyport.Bench application PROGRAM [OPERATIONS] [--append FILE]
               Sallyport.Bench jwt [ROUNDS] [--append FILE]
               Sallyport.Bench chain [ROUNDS] [--append FILE]
               Sallyport.Bench crl [ENTRIES] [ROUNDS] [--append FILE]
        --peers adds testssl.sh, which takes minutes. PROGRAM is the published sallyport; OPERATIONS the largest API.
        """;

    private static async Task<int> Main(string[] args)
    {
        bool peers = args.Contains("--peers");
        int append = Array.IndexOf(args, "--append");
        string[] words = [.. args.Where((word, i) => word != "--peers" && (append < 0 || (i != append && i != append + 1)))];
        if (words is ["relay", string target])
        {
            await RelayProcess.ServeAsync(int.Parse(target, CultureInfo.InvariantCulture));
            return 0;
        }

        string? table = words switch
        {
            ["enumeration", ..] => await EnumerationBench.RunAsync(Rounds(words, 1, 5), peers),
            ["scan", string program, ..] => await ScanBench.RunAsync(program, Rounds(words, 2, 5), peers),
            ["startup", string program, ..] => await ScanBench.StartUpAsync(program, Rounds(words, 2, 10)),
            ["application", string program, ..] => await ApplicationBench.RunAsync(program, Rounds(words, 2, 1_000)),
            ["jwt", ..] => JwtBench.Run(Rounds(words, 1, 5)),
            ["chain", ..] => ChainBench.Run(Rounds(words, 1, 9)),
            ["crl", ..] => await CrlBench.RunAsync(Rounds(words, 1, 1_000_000), Rounds(words, 2, 5)),
            _ => null,
        };
        if (table is null)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }

        string when = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        string page = $"## {words[0]}, {when}\n{Environment.ProcessorCount} cores, .NET {Environment.Version}; command: `Sallyport.Bench {string.Join(' ', args.Select(Shown))}`\n\n{table}\n";
        Console.Write(page);
        if (append >= 0)
        {
            await File.AppendAllTextAsync(args[append + 1], page);
        }

        return 0;
    }

    // The page is committed: no path of the machine goes into it.
    private static string Shown(string word) => word.Contains('/', StringComparison.Ordinal) ? Path.GetFileName(word) : word;

    private static int Rounds(string[] words, int index, int otherwise) =>
        words.Length > index ? int.Parse(words[index], CultureInfo.InvariantCulture) : otherwise;
}
