using System;
using System.Collections.Frozen;

namespace OrdersApi.App.Tokens;

/// <summary>A token that was found good.</summary>
/// <param name="Subject">The account.</param>
/// <param name="Scopes">What it may be used for.</param>
/// <param name="Thumbprint">The certificate that it is bound to; null when it is bound to none.</param>
/// <param name="Id">Its <c>jti</c>.</param>
/// <param name="Expires">When it ends.</param>
internal sealed record AccessToken(string Subject, FrozenSet<string> Scopes, string? Thumbprint, string Id, DateTimeOffset Expires);
