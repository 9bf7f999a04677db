using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>A request that yields a token or a cookie for an identity.</summary>
public sealed record Login
{
    /// <summary>The path that is posted to, such as <c>/token</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Where the login is, when not at the target: the identity's own login host; <c>null</c> for the target.</summary>
    public TargetUrl? Origin { get; init; }

    /// <summary>The body as JSON text; <c>null</c> when <see cref="Form"/> is used.</summary>
    public Secret? Json { get; init; }

    /// <summary>The form fields; empty when <see cref="Json"/> is used.</summary>
    public ImmutableDictionary<string, Secret> Form { get; init; } = ImmutableDictionary<string, Secret>.Empty;

    /// <summary>The member of the JSON answer that holds the token; <c>null</c> when the login sets a cookie.</summary>
    public string? TokenMember { get; init; }
}
