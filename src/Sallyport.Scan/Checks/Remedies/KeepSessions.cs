using System.Collections.Immutable;
using System.Linq;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How session cookies are set, renewed and ended.</summary>
internal static class KeepSessions
{
    /// <summary>For a cookie's attributes: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Set-Cookie: __Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax, without Domain and without a long life. Begin a new session under a new random id of 128 bits or more at every login and every change of privilege, take no id that the server did not issue, end the session at the server at logout, and never put the id into an address."),
        new(
            ServerStack.AspNetCore,
            "Sign in with a cookie, not with a value in HttpContext.Session, whose id outlives login and logout; name and attributes of the cookie; a ticket store, so that signing out ends it. With a store a login within a session keeps that session's id: end it first, and let the login come again.",
            """
            services.AddSession(o => o.Cookie.SameSite = SameSiteMode.None);
            context.Session.SetString("user", name);                  // login
            context.Response.Cookies.Delete(".AspNetCore.Session");   // logout
            """,
            """
            services.AddAuthentication().AddCookie(options =>
            {
                options.Cookie.Name = "__Host-session";
                options.Cookie.SecurePolicy = CookieSecurePolicy.Always;
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.ExpireTimeSpan = TimeSpan.FromMinutes(15);
                options.SessionStore = new ServerSideTickets(cache);
            });
            if (context.User.Identity?.IsAuthenticated == true) { await context.SignOutAsync(); return Results.LocalRedirect("/login", preserveMethod: true); }
            await context.SignInAsync(principal);   // login
            await context.SignOutAsync();           // logout
            """),
        new(
            ServerStack.Nginx,
            "Add the flags that the backend forgot (nginx 1.19.3). A life, a domain and the name are the backend's to mend.",
            "proxy_pass http://backend;",
            "proxy_cookie_flags ~ secure httponly samesite=lax;"),
        new(
            ServerStack.Haproxy,
            "Take away a life, and add what the backend forgot; of an attribute that stands twice the last one counts. A domain and the name are the backend's to mend.",
            "default_backend api",
            """
            http-response replace-header Set-Cookie "(?i)(.*?); *(?:max-age|expires)=[^;]*(.*)" "\1\2"
            http-response replace-header Set-Cookie "(?i)(.*?); *(?:max-age|expires)=[^;]*(.*)" "\1\2"
            http-response replace-header Set-Cookie ^(.*)$ "\1; Secure; HttpOnly; SameSite=Lax"
            """),
        new(
            ServerStack.Go,
            "Write the whole cookie, and store a new id at login.",
            "http.SetCookie(w, &http.Cookie{Name: \"session\", Value: r.URL.Query().Get(\"sid\")})",
            """
            id := rand.Text()
            sessions.Replace(old, id, account)
            http.SetCookie(w, &http.Cookie{Name: "__Host-session", Value: id, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
            """),
        new(
            ServerStack.Node,
            "express-session: the attributes once, regenerate at login, destroy at logout.",
            """
            app.use(session({ secret }))
            req.session.user = user; res.redirect('/account');   // login
            res.clearCookie('connect.sid').redirect('/login');   // logout
            """,
            """
            app.use(session({ name: '__Host-session', secret, resave: false, saveUninitialized: false,
              cookie: { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } }));
            req.session.regenerate(() => { req.session.user = user; res.redirect('/account'); });   // login
            req.session.destroy(() => res.redirect('/login'));                                      // logout
            """),
        new(
            ServerStack.Axum,
            "tower-sessions: cycle the id at login, delete the session at logout.",
            "session.insert(\"user\", user).await?;",
            """
            let layer = SessionManagerLayer::new(store).with_name("__Host-session").with_secure(true).with_http_only(true).with_same_site(SameSite::Lax);
            session.cycle_id().await?; session.insert("user", user).await?;   // login
            session.flush().await?;                                           // logout
            """),
    ];

    /// <summary>For ids that are taken, kept or not ended: whoever keeps the sessions mends it.</summary>
    public static ImmutableArray<Remedy> Ids { get; } =
    [
        .. All.Select(static remedy => remedy.Stack switch
        {
            ServerStack.Nginx => new(ServerStack.Nginx, "nginx keeps no sessions: the application behind it gives a new id at login, takes none that it did not give, and forgets it at logout."),
            ServerStack.Haproxy => new(ServerStack.Haproxy, "HAProxy keeps no sessions of the application: give a new id at login, take none that was not given, and forget it at logout, there."),
            _ => remedy,
        }),
    ];
}
