using System;
using System.Collections.Immutable;

namespace Sallyport.Tls.Wire;

/// <summary>What a ClientHello needs beyond the wishes of a HelloRequest: fresh randomness and what only an engine with keys knows.</summary>
internal sealed record ClientHelloParts
{
    /// <summary>32 bytes; GREASE values derive from them, so a second hello after a retry looks like the first.</summary>
    internal required ReadOnlyMemory<byte> Random { get; init; }

    /// <summary>Key shares; null leaves the extension out, empty writes it empty.</summary>
    internal ImmutableArray<KeyShareEntry>? KeyShares { get; init; }

    /// <summary>Cookie of a HelloRetryRequest; empty for none.</summary>
    internal ReadOnlyMemory<byte> Cookie { get; init; }

    /// <summary>Whether the early_data extension is written.</summary>
    internal bool EarlyData { get; init; }

    /// <summary>Contents of renegotiation_info when the request offers the extension: the client's verify data in a renegotiation.</summary>
    internal ReadOnlyMemory<byte> RenegotiatedConnection { get; init; }

    /// <summary>The pre_shared_key offer; its binders are written as zeros, to be filled in.</summary>
    internal ImmutableArray<PskIdentity> PreSharedKeys { get; init; } = [];
}
