using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;

namespace Sallyport.Soak;

/// <summary>What takes too long for the tests: many scans, every switch, parsers under random input. 0 when nothing was wrong, 1 otherwise.</summary>
internal static class Program
{
    private const string Usage = """
        usage: Sallyport.Soak scans N [safe|active|intrusive]     scans of the strict sample, random data each time: no finding
               Sallyport.Soak switches [NAME…|strict]             every switch alone, the whole catalogue: exactly what it declares
               Sallyport.Soak all [GROUP…]                        the switches that can show beside each other, together: all that they declare
               Sallyport.Soak fuzz MINUTES [SEED]                 what reads other people's bytes, under changed ones: nothing throws
        """;

    private static async Task<int> Main(string[] args)
    {
        using var cancel = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            cancel.Cancel();
        };
        int? wrong;
        try
        {
            wrong = await RunAsync(args, cancel.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("ended by hand; the lines above are of what was done").ConfigureAwait(false);
            return 130;
        }

        if (wrong is null)
        {
            await Console.Error.WriteLineAsync(Usage).ConfigureAwait(false);
            return 2;
        }

        return wrong == 0 ? 0 : 1;
    }

    private static async Task<int?> RunAsync(string[] args, CancellationToken cancellationToken) =>
        args switch
        {
            ["scans", string count, ..] when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int scans) && Mode(args) is { } mode =>
                await ScanSoak.RunAsync(scans, mode, Console.Out, cancellationToken).ConfigureAwait(false),
            ["fuzz", string minutes, .. string[] seed] when int.TryParse(minutes, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && Seed(seed) is { } chosen =>
                await ParserSoak.RunAsync(TimeSpan.FromMinutes(length), chosen, Console.Out).ConfigureAwait(false),
            ["switches", ..] => await SwitchSoak.RunAsync([.. args.Skip(1)], Console.Out, cancellationToken).ConfigureAwait(false),
            ["all", ..] => await GroupSoak.RunAsync([.. args.Skip(1)], Console.Out, cancellationToken).ConfigureAwait(false),
            _ => null,
        };

    private static int? Seed(string[] words) => words switch
    {
        [] => Random.Shared.Next(),
        [string word] when int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int seed) => seed,
        _ => null,
    };

    private static ScanMode? Mode(string[] args) => args.Length switch
    {
        2 => ScanMode.Safe,
        3 when Enum.TryParse(args[2], ignoreCase: true, out ScanMode mode) => mode,
        _ => null,
    };
}
