using System;
using System.IO;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Output;

/// <summary>Progress as plain lines, for logs.</summary>
/// <param name="error">Where to; safe to use from several threads.</param>
/// <param name="quiet">Whether only defects of the tool itself are told.</param>
internal sealed class PlainProgress(TextWriter error, bool quiet) : IProgress<ScanProgress>
{
    public void Report(ScanProgress value)
    {
        string? line = value switch
        {
            ScanProgress.Broken broken => $"internal error in {broken.Id}: {broken.Error}",
            ScanProgress.Wrote { Record: { State: WriteState.NotRestored } record } => Words.Of(record),
            _ when quiet => null,
            ScanProgress.Wrote { Record: var record } => Words.Of(record),
            ScanProgress.Surveying surveying => $"looking at {surveying.Target}",
            ScanProgress.Planned planned => $"{planned.Running} of {planned.Selected} checks will run",
            ScanProgress.Finished finished => $"{finished.Done}/{finished.Running} {finished.Id} {Words.Of(finished.Outcome)}",
            _ => null,
        };
        if (line is not null)
        {
            error.WriteLine($"sallyport: {line}");
        }
    }
}
