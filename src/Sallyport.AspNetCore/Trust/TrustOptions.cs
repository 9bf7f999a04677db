using System;
using System.Collections.Generic;

namespace Sallyport.AspNetCore.Trust;

/// <summary>Which authorities client certificates come from. The system's store never counts.</summary>
public sealed class TrustOptions
{
    /// <summary>PEM files of trust anchors; watched, and the last good content is kept when a new one cannot be read.</summary>
    public IList<string> AnchorFiles { get; } = [];

    /// <summary>PEM files of intermediates that help to find paths; not trusted by themselves. Watched like the anchors.</summary>
    public IList<string> IntermediateFiles { get; } = [];

    /// <summary>How often files are looked at. 100 milliseconds to 1 hour; 2 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 100 milliseconds to 1 hour.</exception>
    public TimeSpan PollInterval
    {
        get;
        set => field = value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "100 milliseconds to 1 hour.");
    } = TimeSpan.FromSeconds(2);

    /// <summary>Adds a PEM file of trust anchors.</summary>
    /// <param name="path">The file, relative to the content root.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public TrustOptions AddPemFile(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        AnchorFiles.Add(path);
        return this;
    }

    /// <summary>Adds a PEM file of intermediates.</summary>
    /// <param name="path">The file, relative to the content root.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public TrustOptions AddIntermediates(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        IntermediateFiles.Add(path);
        return this;
    }
}
