namespace Sallyport.AspNetCore.Connections;

/// <summary>Set by the transport gate on the connection's features, and seen through them by every request on it.</summary>
internal interface IGuardedConnectionFeature
{
    /// <summary>The connection that the gate let in.</summary>
    GuardedConnection Connection { get; }
}
