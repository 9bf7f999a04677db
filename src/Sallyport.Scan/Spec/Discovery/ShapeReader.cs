using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Spec.Discovery;

/// <summary>Recognises GraphQL, gRPC-Web, JSON-RPC and language models, by what a description says or an answer holds; never by a path alone.</summary>
internal static class ShapeReader
{
    private const int Longest = 256 * 1024;

    /// <summary>The shapes that operations of a description have.</summary>
    /// <param name="operations">The operations.</param>
    public static ImmutableArray<ApiShape> Of(IEnumerable<Operation> operations) =>
        [.. operations.Select(Of).OfType<ApiShape>().DistinctBy(shape => (shape.Kind, shape.Path))];

    /// <summary>The shape of one operation; <c>null</c> for plain resources.</summary>
    /// <param name="operation">The operation.</param>
    public static ApiShape? Of(Operation operation)
    {
        if (operation.Body is { } body && (ImmutableArray<string>)[body.MediaType, .. body.OtherMediaTypes] is var kinds && kinds.Any(kind => kind.StartsWith("application/grpc", StringComparison.Ordinal)))
        {
            return new(ApiShapeKind.Grpc, operation.PathTemplate, "its body is of a gRPC media type", true);
        }

        // Who answers lists of queries as well often describes no body: the name is the usual one.
        if (operation is { Method: "POST", Body: { IsJson: true, Schema: null or { Properties.IsEmpty: true } } } && operation.PathTemplate.EndsWith("/graphql", StringComparison.OrdinalIgnoreCase))
        {
            return new(ApiShapeKind.GraphQl, operation.PathTemplate, "it takes JSON at the usual path of GraphQL", true);
        }

        if (operation is not { Method: "POST", Body.Schema: { } schema })
        {
            return null;
        }

        if (schema.Properties.ContainsKey("jsonrpc") && schema.Properties.ContainsKey("method"))
        {
            return new(ApiShapeKind.JsonRpc, operation.PathTemplate, "its body has the members `jsonrpc` and `method`", true);
        }

        if (schema.Properties.TryGetValue("query", out ApiSchema? query) && query.Allows("string")
            && (schema.Properties.ContainsKey("variables") || schema.Properties.ContainsKey("operationName") || operation.PathTemplate.EndsWith("graphql", StringComparison.OrdinalIgnoreCase)))
        {
            return new(ApiShapeKind.GraphQl, operation.PathTemplate, "its body is a GraphQL request", true);
        }

        return Model(operation, schema);
    }

    /// <summary>The shape that an answer shows; <c>null</c> for none.</summary>
    /// <param name="path">What was asked with GET, below the target's own path.</param>
    /// <param name="answer">The answer.</param>
    public static ApiShape? Of(string path, HttpAnswer answer)
    {
        string type = MediaTypes.Plain(answer.Header("content-type") ?? "");
        if (type.StartsWith("application/grpc", StringComparison.Ordinal) || answer.Header("grpc-status") is not null)
        {
            return new(ApiShapeKind.Grpc, path, $"it answered {(type.StartsWith("application/grpc", StringComparison.Ordinal) ? type : "with grpc-status")}", false);
        }

        ReadOnlyMemory<byte> body = answer.Body.Length > Longest ? answer.Body[..Longest] : answer.Body;
        if (type == "text/html")
        {
            string page = Encoding.UTF8.GetString(body.Span);
            string? name = ((string[])["graphiql", "graphql-playground", "apollo-sandbox", "embeddable-sandbox", "altair-graphql", "banana cake pop"]).FirstOrDefault(word => page.Contains(word, StringComparison.OrdinalIgnoreCase));
            return name is null ? null : new(ApiShapeKind.GraphQl, path, $"it serves a page of {name}", false);
        }

        if (!MediaTypes.IsJson(type) && type != "application/graphql-response+json")
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = 64 });
            return OfJson(path, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static ApiShape? OfJson(string path, JsonElement root)
    {
        if (Json.Text(root, "jsonrpc") == "2.0")
        {
            return new(ApiShapeKind.JsonRpc, path, "it answered as JSON-RPC 2.0", false);
        }

        if (Json.Member(root, "data") is { ValueKind: JsonValueKind.Array } models && Json.Text(root, "object") == "list" && models.GetArrayLength() > 0 && models.EnumerateArray().All(one => Json.Text(one, "object") == "model"))
        {
            return new(ApiShapeKind.LanguageModel, path, $"it lists {models.GetArrayLength()} models", false);
        }

        if (Json.Member(root, "data") is { ValueKind: JsonValueKind.Object } data && Json.Text(data, "__typename") is not null)
        {
            return new(ApiShapeKind.GraphQl, path, "it answered a GraphQL query", false);
        }

        // A GraphQL server that is asked for nothing says that the query is missing.
        bool asksForQuery = Json.Member(root, "errors") is { ValueKind: JsonValueKind.Array } errors && errors.GetArrayLength() > 0
            && errors.EnumerateArray().Take(5).All(error => Json.Text(error, "message") is not null)
            && errors.EnumerateArray().Take(5).Any(error => IsAboutQuery(Json.Text(error, "message") ?? ""));
        return asksForQuery ? new(ApiShapeKind.GraphQl, path, "it asks for a GraphQL query", false) : null;
    }

    private static bool IsAboutQuery(string message) =>
        message.Contains("query", StringComparison.OrdinalIgnoreCase)
        && (message.Contains("GraphQL", StringComparison.OrdinalIgnoreCase) || message.Contains("must provide", StringComparison.OrdinalIgnoreCase) || message.Contains("missing", StringComparison.OrdinalIgnoreCase)
            || message.Contains("query string", StringComparison.OrdinalIgnoreCase) || message.Contains("not specified", StringComparison.OrdinalIgnoreCase) || message.Contains("empty", StringComparison.OrdinalIgnoreCase));

    private static ApiShape? Model(Operation operation, ApiSchema schema)
    {
        if (schema.Properties.TryGetValue("messages", out ApiSchema? messages) && messages.Items is { } message && message.Properties.ContainsKey("role") && message.Properties.ContainsKey("content"))
        {
            return new(ApiShapeKind.LanguageModel, operation.PathTemplate, "its body is a list of messages with `role` and `content`", true);
        }

        bool speaks = ((string[])["model", "max_tokens", "maxTokens", "temperature", "system", "stream"]).Any(schema.Properties.ContainsKey);
        bool asked = ((string[])["prompt", "messages", "input", "question", "message"]).Any(name => schema.Properties.ContainsKey(name));
        string path = operation.PathTemplate.ToLowerInvariant();
        bool named = ((string[])["/completion", "/chat", "/assistant", "/generate", "/ask", "/copilot", "/llm", "/prompt"]).Any(word => path.Contains(word, StringComparison.Ordinal));
        return schema.Properties.ContainsKey("prompt") && (speaks || named) ? new(ApiShapeKind.LanguageModel, operation.PathTemplate, "its body has a `prompt`", true)
            : asked && named ? new(ApiShapeKind.LanguageModel, operation.PathTemplate, "its path and body are those of a conversation", true)
            : null;
    }
}
