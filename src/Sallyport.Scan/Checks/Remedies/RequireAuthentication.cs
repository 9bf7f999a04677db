using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a program refuses whoever has not proved who they are, on every route that does not say otherwise.</summary>
internal static class RequireAuthentication
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Authenticate in one place that every route and every method passes, deny by default, and name the few operations that are public. A credential that cannot be verified is a refusal (401), never an anonymous caller."),
        new(
            ServerStack.AspNetCore,
            "A fallback policy covers every endpoint that says nothing; public ones say so.",
            "app.MapGet(\"/orders\", List);",
            """
            builder.Services.AddAuthorizationBuilder()
                .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
            app.UseAuthentication();
            app.UseAuthorization();
            app.MapGet("/health", Health).AllowAnonymous();
            """),
        new(
            ServerStack.Axum,
            "Put the verifying layer on the router that holds everything but the public routes.",
            """let app = Router::new().route("/orders", get(list));""",
            """
            let private = Router::new().route("/orders", get(list))
                .route_layer(middleware::from_fn_with_state(keys.clone(), require_account));
            let app = Router::new().route("/health", get(health)).merge(private);
            """),
        new(
            ServerStack.Go,
            "Wrap the mux, and let public paths be a short list inside the wrapper.",
            "http.ListenAndServeTLS(addr, cert, key, mux)",
            """
            func requireAccount(next http.Handler) http.Handler {
                return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
                    account, err := verify(r)
                    if err != nil {
                        http.Error(w, "unauthorized", http.StatusUnauthorized)
                        return
                    }
                    next.ServeHTTP(w, r.WithContext(withAccount(r.Context(), account)))
                })
            }
            """),
        new(
            ServerStack.Node,
            "Register the verifying middleware before every router; public routes stand before it.",
            "app.use('/orders', orders)",
            """
            app.get('/health', health)
            app.use(async (req, res, next) => {
              req.account = await verify(req).catch(() => null)
              if (!req.account) return res.status(401).json({ error: 'unauthorized' })
              next()
            })
            app.use('/orders', orders)
            """),
        new(
            ServerStack.Nginx,
            "Demand the certificate for the whole server; a location cannot ask for it later.",
            "ssl_verify_client optional;",
            """
            ssl_client_certificate /etc/nginx/client-ca.pem;
            ssl_verify_client on;
            """),
        new(
            ServerStack.Haproxy,
            "Demand the certificate on the bind line.",
            "bind :443 ssl crt /etc/haproxy/site.pem ca-file /etc/haproxy/client-ca.pem verify optional",
            "bind :443 ssl crt /etc/haproxy/site.pem ca-file /etc/haproxy/client-ca.pem verify required"),
        new(
            ServerStack.Envoy,
            "Demand the certificate in the downstream TLS context.",
            "require_client_certificate: false",
            """
            require_client_certificate: true
            common_tls_context:
              validation_context: { trusted_ca: { filename: /etc/envoy/client-ca.pem } }
            """),
    ];
}
