namespace Sallyport.Scan.Findings;

/// <summary>A category of the report, with its stable slug and its name.</summary>
/// <param name="Slug">The stable identifier used on the command line and in JSON, such as <c>mutual-tls</c>.</param>
/// <param name="Name">The name a reader sees.</param>
public sealed record Category(string Slug, string Name)
{
    /// <summary>Mutual TLS: requests, enforcement, the certificate matrix, resumption and routing.</summary>
    public static Category MutualTls { get; } = new("mutual-tls", "Mutual TLS");

    /// <summary>Encryption: the hygiene of the channel.</summary>
    public static Category Encryption { get; } = new("encryption", "Encryption");

    /// <summary>Authentication: who is believed, and on what.</summary>
    public static Category Authentication { get; } = new("authentication", "Authentication");

    /// <summary>Broken object level authorization: another's objects (OWASP API1:2023).</summary>
    public static Category ObjectAuthorization { get; } = new("bola", "BOLA");

    /// <summary>Broken function level authorization: another role's functions (OWASP API5:2023).</summary>
    public static Category FunctionAuthorization { get; } = new("bfla", "BFLA");

    /// <summary>Property level authorization: too much accepted, too much shown (OWASP API3:2023).</summary>
    public static Category PropertyAuthorization { get; } = new("property-authorization", "Property authorization");

    /// <summary>Input validation: what a request may hold.</summary>
    public static Category InputValidation { get; } = new("input-validation", "Input validation");

    /// <summary>Rate limiting and resource use (OWASP API4:2023).</summary>
    public static Category RateLimiting { get; } = new("rate-limiting", "Rate limiting");

    /// <summary>Data exposure: what an answer must not hold.</summary>
    public static Category DataExposure { get; } = new("data-exposure", "Data exposure");

    /// <summary>Server-side request forgery (OWASP API7:2023).</summary>
    public static Category Ssrf { get; } = new("ssrf", "SSRF");

    /// <summary>Inventory: what is there and should not, or is not described (OWASP API9:2023).</summary>
    public static Category Inventory { get; } = new("inventory", "Inventory");

    /// <summary>Unsafe consumption of other APIs (OWASP API10:2023).</summary>
    public static Category UnsafeConsumption { get; } = new("unsafe-consumption", "Unsafe consumption");

    /// <summary>Endpoints with a language model behind them (OWASP LLM Top 10 2025).</summary>
    public static Category LanguageModel { get; } = new("llm", "LLM/AI");

    /// <summary>Token binding: whether a token belongs to the certificate it comes with (RFC 8705).</summary>
    public static Category TokenBinding { get; } = new("token-binding", "Token binding");

    /// <summary>Proxy trust: identities in headers, and paths that two parties read differently.</summary>
    public static Category ProxyTrust { get; } = new("proxy-trust", "Proxy trust");

    /// <summary>Cross-site request forgery and sessions.</summary>
    public static Category Sessions { get; } = new("csrf-sessions", "CSRF and sessions");

    /// <summary>Races, and the time between a check and its use.</summary>
    public static Category TimeOfUse { get; } = new("race", "Race and time-of-use");

    /// <inheritdoc/>
    public override string ToString() => Slug;
}
