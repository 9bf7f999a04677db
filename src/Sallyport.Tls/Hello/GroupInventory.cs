using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>The key exchange groups that a server chooses in one version.</summary>
public sealed record GroupInventory
{
    /// <summary>The version that was asked for.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>Groups in the order in which the server chose them from all that were left.</summary>
    public ImmutableArray<NamedGroup> Groups { get; init; } = [];

    /// <summary>Explicit Diffie-Hellman parameters of a DHE suite (TLS 1.2 and before); null when the server has none.</summary>
    public KeyExchangeFacts? ExplicitDh { get; init; }

    /// <summary>Whether the list is whole: it ended with a clear refusal.</summary>
    public bool IsComplete { get; init; }

    /// <summary>Why something stayed open; null when nothing did.</summary>
    public string? Reason { get; init; }
}
