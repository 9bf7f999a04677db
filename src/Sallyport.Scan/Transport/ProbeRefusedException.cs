using System;

namespace Sallyport.Scan.Transport;

/// <summary>The transport refused a probe: above the scan's mode, or to a place the user did not name. The engine turns it into "not tested".</summary>
/// <param name="reason">Why, one clause.</param>
/// <param name="needs">What the user would have to give; <c>null</c> when nothing helps.</param>
internal sealed class ProbeRefusedException(string reason, string? needs = null) : Exception(reason)
{
    /// <summary>What the user would have to give, such as <c>--mode active</c>; <c>null</c> when nothing helps.</summary>
    public string? Needs { get; } = needs;
}
