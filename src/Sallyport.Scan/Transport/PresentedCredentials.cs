using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>The application credentials that an identity presents now: given ones, or what its login yielded.</summary>
internal sealed record PresentedCredentials
{
    /// <summary>The bearer token, without its scheme; <c>null</c> for none.</summary>
    public Secret? Token { get; init; }

    /// <summary>The value of the <c>Cookie</c> header; <c>null</c> for none.</summary>
    public Secret? Cookie { get; init; }

    /// <summary><c>user:password</c>; <c>null</c> for none.</summary>
    public Secret? Basic { get; init; }

    /// <summary>The API key; <c>null</c> for none.</summary>
    public Secret? ApiKey { get; init; }

    /// <summary>Why the login yielded nothing; <c>null</c> when it did, or when there is none.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether there is any.</summary>
    public bool Any => this is not { Token: null, Cookie: null, Basic: null, ApiKey: null };
}
