using System;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Sallyport.AspNetCore.Connections;

/// <summary>A connection in the registry: from the moment its certificate is verified, before its handshake is over, until it is closed.</summary>
internal sealed class OpenConnection(GuardedConnection guarded, ConnectionContext context, DateTimeOffset openedAt)
    : Watched(guarded.Standing, guarded.Remote, openedAt)
{
    public GuardedConnection Guarded { get; } = guarded;

    public override void Abort() => context.Abort(new ConnectionAbortedException("The client certificate of this connection no longer counts."));

    public override void Drain() => context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
}
