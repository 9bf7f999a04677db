namespace Sallyport.AspNetCore.Connections;

/// <summary>What happens to an open connection that lost its right.</summary>
public enum ConnectionAction
{
    /// <summary>It is cut at once, answers in flight included.</summary>
    Abort,

    /// <summary>It takes no new request, may finish those in flight, and is cut after <see cref="ConnectionOptions.DrainTimeout"/>.</summary>
    Drain,
}
