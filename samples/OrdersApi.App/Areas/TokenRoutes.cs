using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrdersApi.App.Http;
using OrdersApi.App.Tokens;

namespace OrdersApi.App.Areas;

/// <summary>The token endpoint: client credentials by mutual TLS (RFC 8705, section 2.1), taking back (RFC 7009), and what clients must know.</summary>
internal static class TokenRoutes
{
    public static void Map(IEndpointRouteBuilder app, Shop shop, Action<AccessToken> takeBack)
    {
        app.MapPost("/token", context => IssueAsync(context, shop)).ForCertificates();
        app.MapPost("/token/revoke", context => RevokeAsync(context, takeBack)).ForReaders();
        app.MapGet("/.well-known/jwks.json", context => Answers.Json(context, shop.Mint.JwkSet())).Public();
        app.MapGet("/.well-known/openid-configuration", context => Answers.Json(context, Configuration(shop))).Public();
    }

    private static object Configuration(Shop shop) => new
    {
        issuer = shop.Issuer(),
        token_endpoint = shop.Origin() + "/token",
        revocation_endpoint = shop.Origin() + "/token/revoke",
        jwks_uri = shop.Origin() + "/.well-known/jwks.json",
        grant_types_supported = new[] { "client_credentials" },
        response_types_supported = Array.Empty<string>(),
        token_endpoint_auth_methods_supported = new[] { "tls_client_auth" },
        tls_client_certificate_bound_access_tokens = true,
        scopes_supported = TokenMint.Scopes.Split(' '),
        id_token_signing_alg_values_supported = new[] { "ES256" },
    };

    private static async Task IssueAsync(HttpContext context, Shop shop)
    {
        if (!context.Request.HasFormContentType || context.Connection.ClientCertificate is not { } certificate)
        {
            await ErrorAsync(context, "invalid_request");
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var account = Caller.Of(context).Name;
        if (form["grant_type"] != "client_credentials")
        {
            await ErrorAsync(context, "unsupported_grant_type");
        }
        else if (form["client_id"] is not [{ } client] || (client != account && !(shop.Has(Weakness.TokenForAnyClient) && shop.Accounts.Find(client) is not null)))
        {
            await ErrorAsync(context, "invalid_client");
        }
        else if (form["scope"] is { Count: > 0 } asked && (asked.Count > 1 || asked[0]?.Split(' ').Except(TokenMint.Scopes.Split(' ')).Any() != false))
        {
            await ErrorAsync(context, "invalid_scope");
        }
        else
        {
            var scope = form["scope"] is [{ Length: > 0 } one] ? one : TokenMint.Scopes;
            await Answers.Json(context, new
            {
                access_token = shop.Mint.Sign(shop.Mint.Claims(shop.Issuer(), client, scope, CallerGate.Thumbprint(certificate))),
                token_type = "Bearer",
                expires_in = shop.Mint.LifeSeconds,
                scope,
            });
        }
    }

    /// <summary>The caller gives up the token that the call is made with; the answer says nothing of any other.</summary>
    private static Task RevokeAsync(HttpContext context, Action<AccessToken> takeBack)
    {
        if (Caller.Of(context).Token is { } token)
        {
            takeBack(token);
        }

        return Answers.NoContent(context);
    }

    private static Task ErrorAsync(HttpContext context, string error) => Answers.Json(context, new { error }, StatusCodes.Status400BadRequest);
}
