using System;
using System.Net.Security;

namespace Sallyport.Cli.Mitm;

/// <summary>One server with one thing wrong, or the control with nothing wrong.</summary>
internal sealed record MitmPort
{
    /// <summary>The stable name, such as <c>wrong-name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required string What { get; init; }

    /// <summary>Whether a careful client goes on.</summary>
    public bool IsControl { get; init; }

    /// <summary>What the server does in its handshakes.</summary>
    public required Func<SslServerAuthenticationOptions> Handshake { get; init; }
}
