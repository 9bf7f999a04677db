namespace Sallyport.AspNetCore.Sessions;

/// <summary>The session of a request, once everything about it was checked. On the request's features only then.</summary>
public interface IBoundSessionFeature
{
    /// <summary>The session.</summary>
    BoundSession Session { get; }
}
