using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How logins, passwords and resets are kept from guessing.</summary>
internal static class SlowLogins
{
    /// <summary>Against guessing: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Count wrong logins by account and by client (its certificate or address): after five wait, longer each time, or lock for a quarter of an hour; answer 429 with Retry-After. Count names that do not exist as well."),
        new(ServerStack.AspNetCore, "Identity's own lockout, which PasswordSignInAsync counts for only when it is told to; it knows only names that exist, so put a limiter on the route as well (RL-001).",
            "SignInResult result = await signIn.PasswordSignInAsync(name, password, isPersistent: false, lockoutOnFailure: false);",
            """
            services.Configure<IdentityOptions>(o => { o.Lockout.MaxFailedAccessAttempts = 5; o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15); });
            SignInResult result = await signIn.PasswordSignInAsync(name, password, isPersistent: false, lockoutOnFailure: true);
            """),
        new(ServerStack.Nginx, "A limit on the login alone, by client.",
            "location /login { proxy_pass http://backend; }",
            """
            limit_req_zone $binary_remote_addr zone=login:1m rate=5r/m;
            location /login { limit_req zone=login burst=5 nodelay; limit_req_status 429; proxy_pass http://backend; }
            """),
        new(ServerStack.Haproxy, "A table for the login alone.",
            "default_backend api",
            """
            backend logins
              stick-table type ip size 100k expire 15m store http_req_rate(15m)
            frontend api
              http-request track-sc1 src table logins if { path /login } METH_POST
              http-request deny deny_status 429 if { path /login } METH_POST { sc_http_req_rate(1) gt 10 }
            """),
        new(ServerStack.Node, "express-rate-limit on the login, by name and client.",
            "app.post('/login', login)",
            "app.post('/login', rateLimit({ windowMs: 15 * 60_000, limit: 5, skipSuccessfulRequests: true, keyGenerator: req => req.body.login }), login)"),
        new(ServerStack.Go, "Count failures before the password is looked at.",
            "if !check(user, password) { http.Error(w, \"wrong\", 401) }",
            """
            if wait := failures.Wait(user); wait > 0 { w.Header().Set("Retry-After", strconv.Itoa(wait)); http.Error(w, "too many", 429); return }
            if !check(user, password) { failures.Count(user); http.Error(w, "wrong", 401); return }
            """),
    ];

    /// <summary>For passwords: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Passwords { get; } =
    [
        new(null, "Refuse passwords of fewer than eight characters (twelve where they are the only factor), those of a list of breached ones, and those that hold the login name; ship no account with a password, or let it be used only to set another."),
        new(ServerStack.AspNetCore, "Length, and a validator with the list and the login name: Identity has neither of its own.",
            "services.Configure<IdentityOptions>(o => o.Password = new() { RequiredLength = 1, RequiredUniqueChars = 0, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false });",
            """
            services.Configure<IdentityOptions>(o => o.Password = new() { RequiredLength = 12, RequireDigit = false, RequireLowercase = false, RequireUppercase = false, RequireNonAlphanumeric = false });
            services.AddIdentityCore<User>().AddPasswordValidator<BreachedPasswordValidator>();
            public sealed class BreachedPasswordValidator(IReadOnlySet<string> breached) : IPasswordValidator<User>
            {
                public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password) => Task.FromResult(
                    password is null || breached.Contains(password.ToLowerInvariant()) || password.Contains(user.UserName ?? "", StringComparison.OrdinalIgnoreCase)
                        ? IdentityResult.Failed(new IdentityError { Code = "WeakPassword", Description = "This password is too easily guessed." })
                        : IdentityResult.Success);
            }
            """),
        new(ServerStack.Node, "Check before the hash.",
            "await users.add(login, await hash(password))",
            """
            if (password.length < 12 || breached.has(password.toLowerCase()) || password.toLowerCase().includes(login.toLowerCase())) return res.sendStatus(400);
            await users.add(login, await hash(password));
            """),
        new(ServerStack.Go, "Check before the hash.",
            "users.Add(login, hash(password))",
            "if len(password) < 12 || breached[strings.ToLower(password)] || strings.Contains(strings.ToLower(password), strings.ToLower(login)) { http.Error(w, \"weak\", 400); return }"),
    ];

    /// <summary>Against reading out the users: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Alike { get; } =
    [
        new(null, "Answer login, reset and registration with the same status and words whether the name is known or not, say the rest by mail, count failures for unknown names too, and hash a password for them as well, so that it takes as long."),
        new(ServerStack.AspNetCore, "Hash where Identity does not: for a name of nobody, and for an account that is locked.",
            """
            if (await users.FindByNameAsync(name) is null) { return Results.NotFound("no such user"); }
            if (!result.Succeeded) { return Results.Json(new { result.IsLockedOut }, statusCode: 401); }
            """,
            """
            if (result.IsLockedOut || result.IsNotAllowed || await users.FindByNameAsync(name) is null) { users.PasswordHasher.HashPassword(new User(), password); }
            if (!result.Succeeded) { return Results.Unauthorized(); }
            """),
        new(ServerStack.Node, "Hash for nobody too.",
            """
            if (!user) return res.status(404).send('no such user')
            if (!await argon2.verify(user.hash, password)) return res.status(401).send('wrong password')
            """,
            """
            const right = await argon2.verify(user ? user.hash : nobodysHash, password);
            if (!user || !right) return res.sendStatus(401);
            """),
        new(ServerStack.Go, "Hash for nobody too.",
            "if !found { http.Error(w, \"no such user\", 404); return }",
            """
            hash := nobodysHash
            if found { hash = user.Hash }
            if bcrypt.CompareHashAndPassword(hash, password) != nil || !found { http.Error(w, "wrong", 401); return }
            """),
    ];

    /// <summary>For resets: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Resets { get; } =
    [
        new(null, "Send 128 random bits or more to the address on file and nowhere else, keep only their hash, let them work once and for a quarter of an hour, and build the link from a configured address, never from Host or X-Forwarded-Host. The answer to the one who asks is always the same."),
        new(ServerStack.AspNetCore, "Identity's token by mail, for a quarter of an hour, and a fixed address.",
            "return Results.Ok(new { token = await users.GeneratePasswordResetTokenAsync(user) });",
            """
            services.Configure<DataProtectionTokenProviderOptions>(o => o.TokenLifespan = TimeSpan.FromMinutes(15));
            string token = await users.GeneratePasswordResetTokenAsync(user);
            await mail.SendAsync(user.Email, $"{settings.PublicAddress}/reset?user={user.Id}&token={Uri.EscapeDataString(token)}");
            return Results.Accepted();
            """),
        new(ServerStack.Nginx, "Pass on one Host only, so that no link holds another. The token is the application's.",
            "proxy_set_header Host $http_host;",
            """
            server { listen 443 ssl default_server; return 421; }
            proxy_set_header Host api.example.com; proxy_set_header X-Forwarded-Host "";
            """),
        new(ServerStack.Node, "Random, hashed, once.",
            """
            const code = String(Math.floor(Math.random() * 1e6))
            await resets.replace(user.id, code, Date.now() + 15 * 60_000)
            res.json({ code })
            """,
            """
            const token = crypto.randomBytes(32).toString('base64url');
            await resets.replace(user.id, sha256(token), Date.now() + 15 * 60_000);
            await mail.send(user.email, `${config.publicAddress}/reset?token=${token}`);
            res.sendStatus(202);
            """),
        new(ServerStack.Go, "Random, hashed, once.",
            "json.NewEncoder(w).Encode(map[string]int{\"code\": rand.Intn(1e6)})",
            """
            token := rand.Text()
            resets.Replace(user.ID, sha256.Sum256([]byte(token)), time.Now().Add(15*time.Minute))
            mail.Send(user.Email, publicAddress+"/reset?token="+token)
            w.WriteHeader(http.StatusAccepted)
            """),
    ];
}
