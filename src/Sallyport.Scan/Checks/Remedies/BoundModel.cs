using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How a language model is kept from deciding anything.</summary>
internal static class BoundModel
{
    /// <summary>For instructions, leaks and tools.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Treat what a model reads as data of whoever wrote it, and what it says as input of a stranger: give it the caller's own data only, run its tools with the caller's own rights and a confirmation, "
            + "keep secrets out of its prompt, encode its answers for where they are shown, and bound its length."),
        new(
            ServerStack.AspNetCore,
            "Authorize tools as the caller, at the moment of use, and return the answer as plain text.",
            "tools.Add(\"order_status\", id => db.Orders.Find(id));",
            """
            tools.Add("order_status", async id =>
                await authorization.AuthorizeAsync(user, await db.Orders.FindAsync(id), "owner") is { Succeeded: true } ? order.Status : "no such order");
            return Results.Text(answer, "text/plain");
            """),
        new(
            ServerStack.Node,
            "Look things up as the caller, bound the answer, and send it as plain text.",
            """
            const tools = { orderStatus: id => db.orders.findOne({ id }) }
            const answer = await model.chat({ ...req.body, tools })
            res.type('html').send(answer)
            """,
            """
            const tools = { orderStatus: id => db.orders.findOne({ id, owner: req.account }) }
            const answer = await model.chat({ messages: req.body.messages, tools, max_tokens: 500 })
            res.type('text/plain').send(answer)
            """),
        new(ServerStack.Go, "Look things up as the caller.", "tools[\"order_status\"] = db.Order", "tools[\"order_status\"] = func(id int) (Order, error) { return db.OrderOf(account, id) }"),
    ];
}
