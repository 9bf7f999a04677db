namespace Sallyport.AspNetCore.Csrf;

/// <summary>On an endpoint: pages of any site may change state there.</summary>
/// <param name="Reason">Why, for whoever reviews it.</param>
public sealed record CrossSiteMetadata(string Reason);
