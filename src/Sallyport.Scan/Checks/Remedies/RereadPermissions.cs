using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a program applies a changed role with the next request.</summary>
internal static class RereadPermissions
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Let the credential say who asks, and read what they may from the account at each use. Where a role must stand in a token, give it a life of minutes and end it when the role changes; a cache is emptied by the change."),
        new(
            ServerStack.AspNetCore,
            "Replace the roles of the principal by the account's on each request.",
            "options.TokenValidationParameters.RoleClaimType = \"role\";",
            """
            builder.Services.AddTransient<IClaimsTransformation, CurrentRoles>();

            public sealed class CurrentRoles(IAccounts accounts) : IClaimsTransformation
            {
                public async Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
                {
                    if (principal.Identity is ClaimsIdentity identity && principal.FindFirstValue(ClaimTypes.NameIdentifier) is { } account)
                    {
                        foreach (Claim claim in identity.FindAll(identity.RoleClaimType).ToList()) { identity.RemoveClaim(claim); }
                        foreach (string role in await accounts.RolesOfAsync(account)) { identity.AddClaim(new Claim(identity.RoleClaimType, role)); }
                    }

                    return principal;
                }
            }
            """),
        new(
            ServerStack.Axum,
            "Load the role in the extractor, not from the claims.",
            "if claims.role != \"admin\" { return Err(StatusCode::FORBIDDEN); }",
            """
            let role: String = sqlx::query_scalar("SELECT role FROM accounts WHERE id = $1").bind(&claims.sub).fetch_one(&db).await?;
            if role != "admin" { return Err(StatusCode::FORBIDDEN.into()); }
            """),
        new(
            ServerStack.Go,
            "Load the role where it is needed.",
            """if claims.Role != "admin" {""",
            """
            var role string
            if err := db.QueryRowContext(ctx, "SELECT role FROM accounts WHERE id = $1", claims.Subject).Scan(&role); err != nil || role != "admin" {
                http.Error(w, "forbidden", http.StatusForbidden)
                return
            }
            """),
        new(
            ServerStack.Node,
            "Load the role in the middleware that checks it.",
            "if (req.token.role !== 'admin') return res.sendStatus(403)",
            """
            const { rows } = await db.query('SELECT role FROM accounts WHERE id = $1', [req.token.sub])
            if (rows[0]?.role !== 'admin') return res.status(403).json({ error: 'forbidden' })
            """),
    ];
}
