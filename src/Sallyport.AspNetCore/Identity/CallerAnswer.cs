namespace Sallyport.AspNetCore.Identity;

/// <summary>Who makes a request, or why that is nobody: one of the two.</summary>
internal readonly record struct CallerAnswer
{
    private CallerAnswer(CallerFact? caller, CallerRefusal? refusal) => (Caller, Refusal) = (caller, refusal);

    /// <summary>Who it is; null when refused.</summary>
    public CallerFact? Caller { get; }

    /// <summary>Why it is nobody; null when it is somebody.</summary>
    public CallerRefusal? Refusal { get; }

    public static CallerAnswer Known(CallerFact caller) => new(caller, null);

    public static CallerAnswer Refused(CallerRefusal refusal) => new(null, refusal);
}
