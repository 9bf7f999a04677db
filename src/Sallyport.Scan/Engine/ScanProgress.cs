namespace Sallyport.Scan.Engine;

/// <summary>What a scan says while it runs. Reported from several threads, in no order between checks.</summary>
public abstract record ScanProgress
{
    private ScanProgress()
    {
    }

    /// <summary>The target is being looked at.</summary>
    /// <param name="Target">The target as given.</param>
    public sealed record Surveying(string Target) : ScanProgress;

    /// <summary>The plan is made.</summary>
    /// <param name="Running">Checks that will run.</param>
    /// <param name="Selected">Checks that were selected.</param>
    public sealed record Planned(int Running, int Selected) : ScanProgress;

    /// <summary>A check starts.</summary>
    /// <param name="Id">The rule id.</param>
    /// <param name="Title">Its title.</param>
    public sealed record Started(string Id, string Title) : ScanProgress;

    /// <summary>A check ended.</summary>
    /// <param name="Id">The rule id.</param>
    /// <param name="Outcome"><c>passed</c>, <c>failed</c>, <c>notApplicable</c> or <c>notTested</c>.</param>
    /// <param name="Done">Checks that have ended.</param>
    /// <param name="Running">Checks that were planned to run.</param>
    public sealed record Finished(string Id, string Outcome, int Done, int Running) : ScanProgress;

    /// <summary>A request that may write is about to be sent, or was undone: show it, so that it is known even when the scan is killed.</summary>
    /// <param name="Record">The write.</param>
    public sealed record Wrote(Reports.WriteRecord Record) : ScanProgress;

    /// <summary>A check broke. It is an error of this tool: show it, whatever the verbosity.</summary>
    /// <param name="Id">The rule id.</param>
    /// <param name="Error">The type of the error and where it was thrown; never its message, which may hold a secret.</param>
    public sealed record Broken(string Id, string Error) : ScanProgress;
}
