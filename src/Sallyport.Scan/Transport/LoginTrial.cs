using System.Collections.Immutable;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>One attempt to log in, made to be looked at: what it yields is used by no other probe.</summary>
internal sealed record LoginTrial
{
    /// <summary>What evidence calls it.</summary>
    public required string Title { get; init; }

    /// <summary>Another name; <c>null</c> for the configured one.</summary>
    public string? User { get; init; }

    /// <summary>Another password; <c>null</c> for the configured one.</summary>
    public Secret? Password { get; init; }

    /// <summary>Whether the account is one that this scan has registered itself.</summary>
    public bool OfOwnAccount { get; init; }

    /// <summary>Further headers, such as a cookie from before the login.</summary>
    public ImmutableArray<HttpHeader> Headers { get; init; } = [];

    /// <summary>Whether it is exactly the login that the user configured.</summary>
    public bool IsConfigured => User is null && Password is null;
}
