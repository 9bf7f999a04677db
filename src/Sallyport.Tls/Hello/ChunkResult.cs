using System.Collections.Immutable;

namespace Sallyport.Tls.Hello;

/// <summary>What the remove-accepted loop found in one chunk.</summary>
/// <param name="Accepted">Suites in the order of the server's choices.</param>
/// <param name="VersionRefused">The server said that the version itself is the trouble.</param>
/// <param name="Trouble">Why the loop stopped without a clear refusal; null when it ended well.</param>
internal sealed record ChunkResult(ImmutableArray<CipherSuite> Accepted, bool VersionRefused, string? Trouble);
