using System;

namespace Sallyport.Tls.Http;

/// <summary>How long and how much one answer may take.</summary>
public sealed record HttpLimits
{
    /// <summary>The defaults of every property.</summary>
    public static HttpLimits Default { get; } = new();

    /// <summary>From sending to the end of the answer; 10 seconds by default.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes of one answer head, or of one decoded HTTP/2 header block; 64 KiB by default.</summary>
    public int MaxHeadBytes { get; init; } = 64 * 1024;

    /// <summary>Body bytes kept; reading stops there. 1 MiB by default.</summary>
    public int MaxBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Interim answers (1xx) skipped before the final one; 8 by default.</summary>
    public int MaxInterimAnswers { get; init; } = 8;
}
