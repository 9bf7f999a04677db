using System;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>What a fetch brought.</summary>
internal abstract record Fetched
{
    private Fetched()
    {
    }

    /// <summary>What was fetched last is still the one.</summary>
    public sealed record NotModified : Fetched;

    /// <summary>A whole body within the limit.</summary>
    /// <param name="Content">The body.</param>
    /// <param name="Mark">What to ask with the next time.</param>
    public sealed record Body(ReadOnlyMemory<byte> Content, FetchMark Mark) : Fetched;

    /// <summary>Nothing.</summary>
    /// <param name="Why">What happened; ends a sentence. Nothing that the server said is in it.</param>
    public sealed record Failed(string Why) : Fetched;
}
