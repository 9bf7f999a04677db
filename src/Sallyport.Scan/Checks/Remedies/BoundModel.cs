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
            "Let tools look things up as the caller (Microsoft.Extensions.AI), bound the answer yourself, send it as plain text, and demand an authenticated caller.",
            """
            AITool[] tools = [AIFunctionFactory.Create((int id) => db.Orders.FirstOrDefault(o => o.Id == id), "order_status")];
            ChatResponse answer = await chat.GetResponseAsync(request.Messages, new ChatOptions { Tools = tools, MaxOutputTokens = request.MaxTokens }, cancellationToken);
            return Results.Content(answer.Text, "text/html");
            app.MapPost("/chat", Chat);
            """,
            """
            AITool[] tools = [AIFunctionFactory.Create((int id) => db.Orders.FirstOrDefault(o => o.Id == id && o.Owner == account), "order_status")];
            ChatResponse answer = await chat.GetResponseAsync(request.Messages, new ChatOptions { Tools = tools, MaxOutputTokens = 500 }, cancellationToken);
            return Results.Text(answer.Text, "text/plain");
            app.MapPost("/chat", Chat).RequireAuthorization();
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
