namespace Sallyport.AspNetCore.Connections;

/// <inheritdoc cref="IGuardedConnectionFeature"/>
internal sealed record GuardedConnectionFeature(GuardedConnection Connection) : IGuardedConnectionFeature;
