using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tokens;

/// <summary>A token together with the identity whose certificate it came with: its scopes are what both have.</summary>
internal sealed class AcceptedToken(TokenContent content, CertificateIdentity identity) : ITokenFeature, IBoundTokenFeature
{
    private ImmutableArray<string> _scopes;

    public string Issuer => content.Issuer;

    public string? Subject => content.Subject;

    public string? ClientId => content.ClientId;

    public string? JwtId => content.JwtId;

    public DateTimeOffset ExpiresAt => content.ExpiresAt;

    public bool IsBound => content.Confirmation is TokenConfirmation.Certificate;

    CertificateThumbprint IBoundTokenFeature.BoundTo =>
        content.Confirmation is TokenConfirmation.Certificate bound ? bound.Thumbprint : throw new InvalidOperationException("The token is bound to nothing.");

    ImmutableArray<string> IBoundTokenFeature.Scopes => content.Scopes;

    public ImmutableArray<string> Scopes =>
        _scopes.IsDefault ? _scopes = [.. content.Scopes.Where(scope => identity.Scopes.Contains(scope, StringComparer.Ordinal)).Distinct(StringComparer.Ordinal)] : _scopes;

    public bool HasScope(string scope) => content.Scopes.Contains(scope, StringComparer.Ordinal) && identity.Scopes.Contains(scope, StringComparer.Ordinal);

    /// <summary>The same token beside the identity as it is now.</summary>
    public AcceptedToken For(CertificateIdentity now) => new(content, now);

    public bool TryGetClaim(string name, out JsonElement value)
    {
        ArgumentNullException.ThrowIfNull(name);
        return content.Claims.TryGetProperty(name, out value);
    }
}
