using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a check and its use become one step.</summary>
internal static class LockRows
{
    /// <summary>For what may happen once: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Make the check part of the write: UPDATE … SET used = used + 1 WHERE id = ? AND used = 0, and look at the number of changed rows; or a unique key, so that the second insert fails; or lock the row in the transaction that checks and writes. Store an idempotency key in the same transaction as its effect."),
        new(ServerStack.AspNetCore, "One statement that checks and writes (EF Core).",
            """
            Coupon coupon = await db.Coupons.SingleAsync(c => c.Code == code);
            if (coupon.Redemptions != 0) { return Results.Conflict(); }
            coupon.Redemptions++;
            await db.SaveChangesAsync();
            """,
            """
            int changed = await db.Coupons.Where(c => c.Code == code && c.Redemptions == 0)
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Redemptions, c => c.Redemptions + 1));
            if (changed != 1) { return Results.Conflict(); }
            """),
        new(ServerStack.Go, "One statement, and its number of rows.",
            "if !used(code) { db.Exec(\"UPDATE coupons SET used = used + 1 WHERE code = $1\", code) }",
            """
            result, err := db.ExecContext(ctx, "UPDATE coupons SET used = used + 1 WHERE code = $1 AND used = 0", code)
            if rows, _ := result.RowsAffected(); err != nil || rows != 1 { http.Error(w, "used", http.StatusConflict); return }
            """),
        new(ServerStack.Node, "No await between the check and the write; best, one statement.",
            """
            const coupon = await db.get('SELECT used FROM coupons WHERE code = ?', code);
            if (!coupon.used) await db.run('UPDATE coupons SET used = used + 1 WHERE code = ?', code);
            """,
            """
            const { changes } = await db.run('UPDATE coupons SET used = used + 1 WHERE code = ? AND used = 0', code);
            if (changes !== 1) return res.sendStatus(409);
            """),
        new(ServerStack.Axum, "One statement, and its number of rows (sqlx).",
            "if !used(&db, code).await? { mark(&db, code).await? }",
            """
            let done = sqlx::query("UPDATE coupons SET used = used + 1 WHERE code = $1 AND used = 0").bind(code).execute(&db).await?;
            if done.rows_affected() != 1 { return Err(StatusCode::CONFLICT); }
            """),
    ];

    /// <summary>For rights that change: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Decide { get; } =
    [
        new(null, "Read the right in the transaction that uses it, or put it into the condition of the query; do not cache a decision. Where a cache is needed, answer the one who takes a right away only when every cache has dropped it, and publish the bound."),
        new(ServerStack.AspNetCore, "Decide at the last moment, with the data (or with Sallyport's resource guard), not from a claim or a cache.",
            """
            bool may = cache.GetOrCreate(account, entry => { entry.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(3); return roles.Of(account); }) == "admin";
            if (!may) { return Results.Forbid(); }
            """,
            """
            bool may = await db.Grants.AnyAsync(g => g.Account == account && g.Right == "admin" && g.Until == null, cancellationToken);
            if (!may) { return Results.Forbid(); }
            """),
        new(ServerStack.Go, "The right in the query.",
            "if roleCache.Get(user) == \"admin\" { … }",
            "row := tx.QueryRowContext(ctx, \"SELECT body FROM orders o JOIN grants g ON g.object = o.id WHERE o.id = $1 AND g.member = $2\", id, user)"),
        new(ServerStack.Node, "The right in the query.",
            """
            if (!decisions.may(user, id)) return res.sendStatus(403);
            const row = await db.get('SELECT body FROM orders WHERE id = ?', id);
            """,
            """
            const row = await db.get('SELECT o.body FROM orders o JOIN grants g ON g.object = o.id WHERE o.id = ? AND g.member = ?', id, user);
            if (!row) return res.sendStatus(403);
            """),
        new(ServerStack.Axum, "The right in the query.",
            "if cache.role(user) == Role::Admin { … }",
            "let row = sqlx::query(\"SELECT o.body FROM orders o JOIN grants g ON g.object = o.id WHERE o.id = $1 AND g.member = $2\").bind(id).bind(user).fetch_optional(&mut *tx).await?;"),
    ];

    /// <summary>For entity tags: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Versions { get; } =
    [
        new(null, "Keep a version in the row, send it as ETag, and write with UPDATE … SET version = version + 1 WHERE id = ? AND version = ?; no changed row is 412. Answer 428 where a client must send If-Match and does not."),
        new(ServerStack.AspNetCore, "A concurrency token, compared by the database.",
            """
            order.Item = body.Item;
            order.Version++;
            await db.SaveChangesAsync();
            """,
            """
            modelBuilder.Entity<Order>().Property(o => o.Version).IsConcurrencyToken();
            if (request.Headers.IfMatch != $"\"v{order.Version}\"") { return Results.StatusCode(412); }
            try { order.Item = body.Item; order.Version++; await db.SaveChangesAsync(); } catch (DbUpdateConcurrencyException) { return Results.StatusCode(412); }
            """),
        new(ServerStack.Go, "The version in the condition.",
            "db.Exec(\"UPDATE orders SET item = $1 WHERE id = $2\", item, id)",
            """
            result, err := db.ExecContext(ctx, "UPDATE orders SET item = $1, version = version + 1 WHERE id = $2 AND version = $3", item, id, version)
            if rows, _ := result.RowsAffected(); err == nil && rows == 0 { w.WriteHeader(http.StatusPreconditionFailed); return }
            """),
        new(ServerStack.Node, "The version in the condition.",
            "await db.run('UPDATE orders SET item = ? WHERE id = ?', item, id)",
            """
            const { changes } = await db.run('UPDATE orders SET item = ?, version = version + 1 WHERE id = ? AND version = ?', item, id, version);
            if (changes === 0) return res.sendStatus(412);
            """),
        new(ServerStack.Axum, "The version in the condition.",
            "sqlx::query(\"UPDATE orders SET item = $1 WHERE id = $2\")",
            """
            let done = sqlx::query("UPDATE orders SET item = $1, version = version + 1 WHERE id = $2 AND version = $3").bind(item).bind(id).bind(version).execute(&db).await?;
            if done.rows_affected() == 0 { return Err(StatusCode::PRECONDITION_FAILED); }
            """),
    ];

    /// <summary>For identities under load: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Identities { get; } =
    [
        new(null, "Keep the caller in the request's own context and nowhere else: no field of a shared object, no static, no thread-local, no pooled connection. A proxy must say who calls on every request to its backend."),
        new(ServerStack.AspNetCore, "Scoped, not singleton.",
            "services.AddSingleton<CurrentUser>();",
            "services.AddScoped<CurrentUser>();"),
        new(ServerStack.Nginx, "Say the identity on every request, not once for a kept-alive connection to the backend.",
            "proxy_set_header Connection \"\"; proxy_pass http://backend;",
            """
            proxy_set_header X-Client-Cert $ssl_client_escaped_cert;
            proxy_pass http://backend;
            """),
        new(ServerStack.Haproxy, "Do not share backend connections between clients where the backend knows them by connection.",
            "http-reuse always",
            "http-reuse never"),
        new(ServerStack.Go, "In the context of the request.",
            "server.user = certificateUser(r)",
            "ctx := context.WithValue(r.Context(), userKey{}, certificateUser(r))"),
        new(ServerStack.Node, "In the request, or in AsyncLocalStorage; not in the module.",
            """
            app.use((req, res, next) => { currentUser = lookup(req); next(); });
            app.get('/me', async (req, res) => res.json(await profiles.get(() => currentUser)));
            """,
            """
            app.use((req, res, next) => { req.user = lookup(req); next(); });
            app.get('/me', async (req, res) => res.json(await profiles.get(() => req.user)));
            """),
        new(ServerStack.Axum, "As an extension of the request, not in the shared state.",
            "state.user.store(lookup(&request))",
            "request.extensions_mut().insert(lookup(&request))"),
    ];

    /// <summary>For objects that are deleted meanwhile: general advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> Objects { get; } =
    [
        All[0],
        new(ServerStack.AspNetCore, "Change the row that is there; never store the whole object under its id again.",
            """
            if (await store.FindAsync(id, account) is not { } draft) { return Results.NotFound(); }
            await store.SaveAsync(draft with { Text = body.Text });
            """,
            """
            int changed = await db.Drafts.Where(d => d.Id == id && d.Owner == account).ExecuteUpdateAsync(set => set.SetProperty(d => d.Text, body.Text));
            if (changed != 1) { return Results.NotFound(); }
            """),
        .. All[2..],
    ];
}
