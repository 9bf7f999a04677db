using Sallyport.Scan.Reports;

namespace Sallyport.Cli.Output;

/// <summary>Outcomes in words.</summary>
internal static class Words
{
    public static string Of(string outcome) => outcome switch
    {
        "notApplicable" => "not applicable",
        "notTested" => "not tested",
        _ => outcome,
    };

    /// <summary>A write, as it happens: this line is what is left when the scan is killed before it can undo it.</summary>
    public static string Of(WriteRecord record) => record.State switch
    {
        WriteState.Open => $"writing, to be undone: {record.Request} as {record.Identity} ({record.Title})",
        WriteState.Restored => $"undone: {record.Request} as {record.Identity}",
        WriteState.NotRestored => $"COULD NOT BE UNDONE: {record.Request} as {record.Identity} ({record.Title})",
        _ => $"writing: {record.Request} as {record.Identity} ({record.Title})",
    };
}
