namespace Sallyport.Scan.Transport;

/// <summary>A URL at our listener.</summary>
/// <param name="Url">The absolute URL to inject.</param>
/// <param name="Token">What makes it unique.</param>
/// <param name="Purpose">What it is for.</param>
internal sealed record CallbackUrl(string Url, string Token, string Purpose);
