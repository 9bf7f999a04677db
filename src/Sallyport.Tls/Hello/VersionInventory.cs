using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>What a server accepts in one version.</summary>
public sealed record VersionInventory
{
    /// <summary>The version that was asked for.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>Whether it is spoken.</summary>
    public required VersionSupport Support { get; init; }

    /// <summary>Accepted suites, in the server's order when it has one, otherwise strong and common ones first; empty for SSL 2.0.</summary>
    public ImmutableArray<CipherSuite> Suites { get; init; } = [];

    /// <summary>SSL 2.0 only: the cipher kinds of the server's hello, three bytes each as a number.</summary>
    public ImmutableArray<int> Ssl2CipherKinds { get; init; } = [];

    /// <summary>Whose order decides.</summary>
    public SuitePreference Preference { get; init; }

    /// <summary>Whether the suite list is whole: every chunk of the registry ended with a clear refusal.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Why something stayed open; null when nothing did.</summary>
    public string? Reason { get; init; }
}
