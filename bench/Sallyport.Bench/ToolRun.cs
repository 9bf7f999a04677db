using System;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;

namespace Sallyport.Bench;

/// <summary>One run of a whole program: wall time and peak memory as the kernel counts them.</summary>
internal sealed record ToolRun(TimeSpan Wall, long PeakBytes, int ExitCode, string Output)
{
    /// <summary>Runs a program to its end, or kills it after ten minutes.</summary>
    public static async Task<ToolRun> StartAsync(string program, params string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true } };
        process.Start();
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        long peak = 0;
        Task ended = process.WaitForExitAsync();
        while (await Task.WhenAny(ended, Task.Delay(20)) != ended)
        {
            peak = Math.Max(peak, Peak(process.Id));
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromMinutes(10))
            {
                process.Kill(entireProcessTree: true);
            }
        }

        TimeSpan wall = Stopwatch.GetElapsedTime(start);
        return new ToolRun(wall, peak, process.ExitCode, await output + await errors);
    }

    // VmHWM is the highest resident set so far, so the last look before the end is enough.
    private static long Peak(int id)
    {
        try
        {
            foreach (string line in File.ReadLines($"/proc/{id}/status"))
            {
                if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                {
                    return long.Parse(line.AsSpan(6).Trim().ToString().Split(' ')[0]) * 1024;
                }
            }
        }
        catch (IOException)
        {
            // It ended while we looked.
        }

        return 0;
    }
}
