namespace Sallyport.AspNetCore.Csrf;

/// <summary>On an endpoint: state changes need the token of a form, beside the check of the origin.</summary>
public sealed record CsrfTokenMetadata;
