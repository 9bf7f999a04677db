using System;

namespace Sallyport.AspNetCore.Trust;

/// <summary>What a look at a <see cref="WatchedFile"/> found.</summary>
internal abstract record FileLook
{
    private FileLook()
    {
    }

    /// <summary>What was there before.</summary>
    public sealed record Unchanged : FileLook;

    /// <summary>Something new that may still be in the writing: look again soon.</summary>
    public sealed record Unsettled : FileLook;

    /// <summary>Something new that stands still.</summary>
    /// <param name="Content">All of it.</param>
    public sealed record Changed(ReadOnlyMemory<byte> Content) : FileLook;

    /// <summary>Nothing that can be read.</summary>
    /// <param name="Why">What happened; ends a sentence about the file.</param>
    public sealed record Lost(string Why) : FileLook;
}
