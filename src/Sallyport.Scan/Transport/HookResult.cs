namespace Sallyport.Scan.Transport;

/// <summary>How a hook ended.</summary>
internal abstract record HookResult
{
    private HookResult()
    {
    }

    /// <summary>It ended with exit code 0.</summary>
    internal sealed record Succeeded : HookResult;

    /// <summary>It did not start, ended with another code, or did not end in time.</summary>
    /// <param name="Reason">Why, one clause; the program's output is not in it.</param>
    internal sealed record Failed(string Reason) : HookResult;
}
