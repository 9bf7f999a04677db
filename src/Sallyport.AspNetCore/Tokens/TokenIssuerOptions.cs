using System;
using System.Collections.Generic;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>An issuer of access tokens: what its tokens must say, and where its keys are.</summary>
public sealed class TokenIssuerOptions
{
    /// <summary>Names an issuer.</summary>
    /// <param name="issuer">Its <c>iss</c>, compared exactly.</param>
    /// <exception cref="ArgumentException"><paramref name="issuer"/> is empty.</exception>
    public TokenIssuerOptions(string issuer)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(issuer);
        Issuer = issuer;
    }

    /// <summary>Its <c>iss</c>, compared exactly.</summary>
    public string Issuer { get; }

    /// <summary>Who its tokens may be meant for: one of these must be in <c>aud</c>, compared exactly. At least one is needed.</summary>
    public IList<string> Audiences { get; } = [];

    /// <summary>The signature algorithms it may use; all of RFC 7518's with RSA or elliptic curves by default. Symmetric ones and none are never possible.</summary>
    public IList<string> Algorithms { get; } = ["ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512"];

    /// <summary>A file with its keys (a JWK Set), relative to the content root; looked at as often as <see cref="Trust.TrustOptions.PollInterval"/> says.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The address of its keys (a JWK Set).</summary>
    public Uri? KeyUrl { get; set; }

    /// <summary>The address of its metadata, which name its keys' address; by default the issuer's <c>/.well-known/openid-configuration</c>.</summary>
    public Uri? MetadataUrl { get; set; }

    /// <summary>How often its keys are read again. 10 seconds to 1 day; 5 minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 10 seconds to 1 day.</exception>
    public TimeSpan RefreshInterval
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(10) && value <= TimeSpan.FromDays(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "10 seconds to 1 day.");
    } = TimeSpan.FromMinutes(5);

    /// <summary>The least time between two reads, however many tokens name unknown keys. 1 second to 1 hour; 30 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 1 hour.</exception>
    public TimeSpan MinRefreshInterval
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 1 hour.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>How long keys count that could not be read again. 1 minute to 30 days; 1 day by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 minute to 30 days.</exception>
    public TimeSpan MaxKeyAge
    {
        get;
        set => field = value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(30)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 minute to 30 days.");
    } = TimeSpan.FromDays(1);

    /// <summary>Whether keys may come over plain HTTP, where anybody on the way can put in their own. Never by default; warned of at each start.</summary>
    public bool UnsafeAllowHttp { get; set; }
}
