namespace Sallyport.AspNetCore.Sessions;

/// <summary>The session of a request.</summary>
internal sealed record BoundSessionFeature(BoundSession Session) : IBoundSessionFeature;
