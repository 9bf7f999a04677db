using System;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Transport;

/// <summary>A request that arrived at our listener.</summary>
/// <param name="Url">The URL it was for.</param>
/// <param name="At">When it came.</param>
/// <param name="RequestLine">Its first line, without the scan's secrets, cut at 200 characters.</param>
/// <param name="UserAgent">Its User-Agent, treated alike; <c>null</c> when it had none.</param>
internal sealed record CallbackHit(CallbackUrl Url, DateTimeOffset At, string RequestLine, string? UserAgent)
{
    /// <summary>The hit as proof for the report.</summary>
    public Evidence ToEvidence() => new()
    {
        Title = $"callback: {Url.Purpose}",
        Sent = $"injected {Url.Url}",
        Received = $"{RequestLine}\nUser-Agent: {UserAgent ?? "(none)"}",
    };
}
