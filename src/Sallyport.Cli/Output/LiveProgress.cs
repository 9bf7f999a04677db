using System;
using System.IO;
using Sallyport.Scan.Engine;
using Spectre.Console;

namespace Sallyport.Cli.Output;

/// <summary>Progress as one line that changes in place.</summary>
/// <param name="context">The live line.</param>
/// <param name="error">For what must stay: defects of the tool itself.</param>
internal sealed class LiveProgress(StatusContext context, TextWriter error) : IProgress<ScanProgress>
{
    private readonly System.Threading.Lock _gate = new();
    private int _failed;

    public void Report(ScanProgress value)
    {
        lock (_gate)
        {
            switch (value)
            {
                case ScanProgress.Broken broken:
                    error.WriteLine($"\rsallyport: internal error in {broken.Id}: {broken.Error}");
                    break;
                case ScanProgress.Wrote { Record: var record }:
                    error.WriteLine($"\rsallyport: {Words.Of(record)}");
                    break;
                case ScanProgress.Surveying surveying:
                    context.Status = Markup.Escape($"looking at {surveying.Target}");
                    break;
                case ScanProgress.Planned planned:
                    context.Status = Markup.Escape($"{planned.Running} of {planned.Selected} checks will run");
                    break;
                case ScanProgress.Finished finished:
                    _failed += finished.Outcome == "failed" ? 1 : 0;
                    context.Status = Markup.Escape($"{finished.Done}/{finished.Running} checks, {_failed} with findings; {finished.Id} {Words.Of(finished.Outcome)}");
                    break;
            }
        }
    }
}
