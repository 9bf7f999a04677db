using System;

namespace OrdersApi.App.Sessions;

/// <summary>A browser that is logged in.</summary>
/// <param name="Id">The value of its cookie.</param>
/// <param name="Account">Who; null before the login.</param>
/// <param name="Thumbprint">The certificate that it was begun with.</param>
/// <param name="Seen">When it was last used.</param>
internal sealed record Session(string Id, string? Account, string? Thumbprint, DateTimeOffset Seen);
