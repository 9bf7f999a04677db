using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a program keeps one account's objects from another.</summary>
internal static class CheckOwner
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Load an object by its id and the account of the verified credential together, in the query itself; take the account from nowhere else. Check every level of a nested path, and give the same answer for another's object as for one that does not exist."),
        new(
            ServerStack.AspNetCore,
            "Filter by the owner in the query; the owner is the account of the authenticated principal.",
            """Order? order = await db.Orders.FindAsync(id);""",
            """
            string account = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("no account");
            Order? order = await db.Orders.SingleOrDefaultAsync(o => o.Id == id && o.Owner == account, cancellationToken);
            if (order is null) { return Results.Forbid(); } // the same for what is another's and for what is not there
            """),
        new(
            ServerStack.Axum,
            "Take the account from an extractor that verified it, and bind it into the query.",
            """let order = sqlx::query_as!(Order, "SELECT * FROM orders WHERE id = $1", id).fetch_optional(&db).await?;""",
            """
            async fn read(account: Account, Path(id): Path<i64>, State(db): State<PgPool>) -> Result<Json<Order>, AppError> {
                let order = sqlx::query_as!(Order, "SELECT * FROM orders WHERE id = $1 AND owner = $2", id, account.id)
                    .fetch_optional(&db).await?.ok_or(AppError::NotFound)?;
                Ok(Json(order))
            }
            """),
        new(
            ServerStack.Go,
            "Bind the account of the request's context into the query.",
            """row := db.QueryRowContext(ctx, "SELECT id, item FROM orders WHERE id = $1", id)""",
            """
            row := db.QueryRowContext(ctx, "SELECT id, item FROM orders WHERE id = $1 AND owner = $2", id, account(ctx).ID)
            if err := row.Scan(&order.ID, &order.Item); errors.Is(err, sql.ErrNoRows) {
                http.NotFound(w, r)
                return
            }
            """),
        new(
            ServerStack.Node,
            "Bind the account that the authentication middleware verified into every query, of one object and of a list; answer what is not the caller's and what is not there alike.",
            """
            const { rows } = await db.query('SELECT * FROM orders WHERE id = $1', [req.params.id])
            const { rows: mine } = await db.query('SELECT * FROM orders WHERE owner = $1', [req.query.owner ?? req.account.id])
            const { rows: mine } = await db.query('SELECT * FROM orders') // or everybody's
            """,
            """
            const { rows } = await db.query('SELECT * FROM orders WHERE id = $1 AND owner = $2', [req.params.id, req.account.id])
            if (rows.length === 0) return res.status(403).json({ error: 'forbidden' }) // whether it is there or not
            const { rows: mine } = await db.query('SELECT * FROM orders WHERE owner = $1', [req.account.id])
            """),
        new(ServerStack.Nginx, "nginx does not know who owns an object: pass it the verified account (proxy_set_header X-Account $verified_account, overwriting the client's) and let the application compare."),
        new(ServerStack.Haproxy, "HAProxy does not know who owns an object: set a header with the verified account, delete the client's own, and let the application compare."),
        new(ServerStack.Envoy, "Ask an authorization service for each object (ext_authz), or let the application compare the owner with the account that Envoy forwards in x-forwarded-client-cert (forward_client_cert_details: SANITIZE_SET)."),
    ];

    /// <summary>The same for what lies below another object.</summary>
    public static ImmutableArray<Remedy> Nested { get; } =
    [
        All[0],
        new(
            ServerStack.AspNetCore,
            "Ask for the child, its parent and the owner in one query.",
            "OrderLine? found = await db.Lines.SingleOrDefaultAsync(l => l.Number == line, cancellationToken);",
            """
            string account = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("no account");
            OrderLine? found = await db.Lines.SingleOrDefaultAsync(l => l.Number == line && l.OrderId == id && l.Order.Owner == account, cancellationToken);
            if (found is null) { return Results.Forbid(); }
            """),
        .. All[2..],
    ];

    /// <summary>The same for lists.</summary>
    public static ImmutableArray<Remedy> Lists { get; } =
    [
        All[0],
        new(
            ServerStack.AspNetCore,
            "List what the account of the authenticated principal owns, whatever the request says.",
            "List<Order> orders = await db.Orders.ToListAsync(cancellationToken);",
            """
            string account = user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("no account");
            List<Order> orders = await db.Orders.Where(o => o.Owner == account).ToListAsync(cancellationToken);
            """),
        .. All[2..],
    ];
}
