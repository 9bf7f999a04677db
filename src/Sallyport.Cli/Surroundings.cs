using System;
using System.IO;

namespace Sallyport.Cli;

/// <summary>What the tool has of the world: where it writes, what it may ask. Tests give their own.</summary>
internal sealed record Surroundings
{
    /// <summary>Data: reports, tables.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Everything else: progress, errors, hints. Safe to use from several threads.</summary>
    public required TextWriter Error { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Answers an environment variable.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The absolute folder that paths are relative to.</summary>
    public required string WorkingDirectory { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Runs a scan; <c>null</c> for the scanner itself.</summary>
    public ScanRun? Scan { get; init; }

    /// <summary>Whether colour is allowed at all (https://no-color.org: any value that is not empty forbids it).</summary>
    public bool ColourAllowed => string.IsNullOrEmpty(Environment("NO_COLOR"));

    /// <summary>A path of the user's, made absolute.</summary>
    public string Place(string path) => Path.Combine(WorkingDirectory, path);
}
