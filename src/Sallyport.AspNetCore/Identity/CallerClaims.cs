using System;
using System.Collections.Generic;
using System.Security.Claims;

namespace Sallyport.AspNetCore.Identity;

/// <summary>What an identity may claim. Shared by all requests of a connection, so nobody can write to it: a role added for one request would be there in the next.</summary>
internal sealed class CallerClaims(CertificateIdentity identity)
    : ClaimsIdentity(Of(identity), SallyportDefaults.Scheme, SallyportClaimTypes.Name, SallyportClaimTypes.Role)
{
    private const string Shared = "The identity of a certificate is shared by the requests of its connection and cannot be changed: clone it, or add another identity to the principal.";

    /// <inheritdoc/>
    public override void AddClaim(Claim claim) => throw new InvalidOperationException(Shared);

    /// <inheritdoc/>
    public override void AddClaims(IEnumerable<Claim?> claims) => throw new InvalidOperationException(Shared);

    /// <inheritdoc/>
    public override void RemoveClaim(Claim? claim) => throw new InvalidOperationException(Shared);

    /// <inheritdoc/>
    public override bool TryRemoveClaim(Claim? claim) => throw new InvalidOperationException(Shared);

    private static List<Claim> Of(CertificateIdentity identity)
    {
        List<Claim> claims = [Claim(SallyportClaimTypes.Subject, identity.Name), Claim(SallyportClaimTypes.Name, identity.Name)];
        foreach (string role in identity.Roles.IsDefault ? [] : identity.Roles)
        {
            claims.Add(Claim(SallyportClaimTypes.Role, role));
        }

        foreach (string scope in identity.Scopes.IsDefault ? [] : identity.Scopes)
        {
            claims.Add(Claim(SallyportClaimTypes.Scope, scope));
        }

        return claims;
    }

    private static Claim Claim(string type, string value) => new(type, value, ClaimValueTypes.String, SallyportDefaults.Scheme);
}
