using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How much certificate a stranger may make the server read and verify.</summary>
internal static class LimitChain
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Bound the size of the client's Certificate message and the depth of the chain to what your PKI needs, bound the time and the number of handshakes under way, and verify no signature beyond that."),
        new(ServerStack.AspNetCore, "Give the handshake a time-out and the chain policy no downloads; limit connections.", "https.HandshakeTimeout = Timeout.InfiniteTimeSpan;", "https.HandshakeTimeout = TimeSpan.FromSeconds(5);"),
        new(ServerStack.Nginx, "Keep the depth at what the PKI has.", "ssl_verify_depth 100;", "ssl_verify_depth 2;"),
        new(ServerStack.Haproxy, "Bound the rate of handshakes and their time.", "timeout client 5m", "global\n    maxsslrate 200\ndefaults\n    timeout client 30s\n    timeout http-request 5s"),
    ];
}
