using System.Collections.Immutable;

namespace Sallyport.Scan.Findings;

/// <summary>One exchange that proves something, redacted: never a token, key or cookie value.</summary>
public sealed record Evidence
{
    /// <summary>What this exchange is, such as <c>control: alice</c> or <c>rogue CA with the same name</c>.</summary>
    public required string Title { get; init; }

    /// <summary>What was sent, in words and lines.</summary>
    public required string Sent { get; init; }

    /// <summary>What came back, in words and lines; bodies cut at 2 KB.</summary>
    public required string Received { get; init; }

    /// <summary>The messages of the handshake in order, one a line; empty when no handshake was looked at.</summary>
    public ImmutableArray<string> Transcript { get; init; } = [];
}
