namespace Sallyport.AspNetCore.Authorization;

/// <summary>On an endpoint: an access token bound to the client certificate is required.</summary>
public interface IBoundTokenMetadata
{
    /// <summary>The scope that the token and the account must both have.</summary>
    string Scope { get; }
}
