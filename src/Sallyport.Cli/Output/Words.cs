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
}
