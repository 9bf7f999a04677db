using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec.Discovery;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Models;

/// <summary>The language model of the API: how it is asked, one question after the other, and what it has said in this scan.</summary>
internal sealed class ModelEndpoint
{
    /// <summary>Between two questions, and for all of them: a model costs its owner money.</summary>
    private static readonly TimeSpan s_apart = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_all = TimeSpan.FromSeconds(30);
    private static readonly ImmutableArray<string> s_members = ["message", "prompt", "input", "question", "text", "query", "content", "q"];

    private readonly CheckContext _context;
    private readonly Operation _operation;
    private readonly JsonObject _body;
    private readonly Lock _queue = new();
    private Task _turn = Task.CompletedTask;
    private readonly List<(string Asked, string Said, Exchange Exchange)> _said = [];
    private TimeSpan _spent;
    private long? _last;

    private ModelEndpoint(CheckContext context, Operation operation, JsonObject body) => (_context, _operation, _body) = (context, operation, body);

    /// <summary>The operation.</summary>
    public Operation Operation => _operation;

    /// <summary>All that was said so far.</summary>
    public ImmutableArray<(string Asked, string Said, Exchange Exchange)> Said
    {
        get
        {
            lock (_said)
            {
                return [.. _said];
            }
        }
    }

    /// <summary>The model's endpoint, once a scan.</summary>
    /// <param name="context">The scan.</param>
    /// <returns>The endpoint; <c>null</c> when no operation is one.</returns>
    public static Task<ModelEndpoint?> FindAsync(CheckContext context) => context.Shared.OnceAsync("model endpoint", () => Task.FromResult(Find(context)));

    /// <summary>Asks a question, when its turn has come.</summary>
    /// <param name="who">Who asks.</param>
    /// <param name="question">The question.</param>
    /// <param name="title">What evidence calls it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <param name="more">Further members of the body.</param>
    /// <returns>The exchange, and what the model said; <c>null</c> when nothing was said.</returns>
    /// <exception cref="BudgetException">The scan has asked for as long as it may.</exception>
    public async Task<(Exchange Exchange, string? Said)> AskAsync(Actor who, string question, string title, CancellationToken cancellationToken, params KeyValuePair<string, JsonNode>[] more)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_queue)
        {
            (before, _turn) = (_turn, done.Task);
        }

        try
        {
            // Whoever gave up lets the next one on as well.
            await before.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (_spent > s_all)
            {
                throw new BudgetException("30 s of questions to the language model");
            }

            if (_last is { } last && _context.Time.GetElapsedTime(last) is var since && since < s_apart)
            {
                await Task.Delay(s_apart - since, _context.Time, cancellationToken).ConfigureAwait(false);
            }

            Ask ask = new()
            {
                Title = title,
                Route = _context.Route,
                Actor = who,
                Mode = ScanMode.Active,
                Request = new RawHttpRequest
                {
                    Method = "POST",
                    Target = _context.Request.Target.Path + _operation.PathTemplate,
                    Headers = [new("content-type", "application/json"), new("accept", "application/json")],
                    Body = Encoding.UTF8.GetBytes(With(question, more)),
                },
            };
            Exchange exchange = await _context.Writes.WriteAsync(ask, null, cancellationToken).ConfigureAwait(false);
            _last = _context.Time.GetTimestamp();
            _spent += exchange.Duration + s_apart;
            string? said = exchange.Answer is { Status: >= 200 and < 300 } answer ? Text(answer) : null;
            if (said is not null)
            {
                lock (_said)
                {
                    _said.Add((question, said, exchange));
                }
            }

            return (exchange, said);
        }
        finally
        {
            done.SetResult();
        }
    }

    /// <summary>What a model said: the content of its choices in the usual shapes, or else every text of the answer.</summary>
    /// <param name="answer">The answer.</param>
    internal static string Text(HttpAnswer answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 64 });
            StringBuilder text = new();
            Collect(document.RootElement, text);
            return text.ToString();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return AnswerShape.Text(answer);
        }
    }

    private static void Collect(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                text.Append(element.GetString()).Append('\n');
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Collect(item, text);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in element.EnumerateObject())
                {
                    Collect(member.Value, text);
                }

                break;
        }
    }

    private static ModelEndpoint? Find(CheckContext context)
    {
        ImmutableArray<string> paths = [.. context.Survey.Shapes.Where(shape => shape.Kind == ApiShapeKind.LanguageModel).Select(shape => shape.Path)];
        Operation? operation = context.Api.Operations.FirstOrDefault(one => one.Method == "POST" && (paths.Contains(one.PathTemplate) || ShapeReader.Of(one)?.Kind == ApiShapeKind.LanguageModel));
        if (operation is null || operation.PathTemplate.Contains('{', StringComparison.Ordinal))
        {
            return null;
        }

        JsonObject body = [];
        try
        {
            body = context.Api.First is { } first && context.Api.RequestFor(operation, first) is { Body: { IsEmpty: false } sample } ? JsonNode.Parse(sample.Span) as JsonObject ?? [] : [];
        }
        catch (JsonException)
        {
            // An example that is no JSON: the usual shape is sent.
        }

        if (body.Count == 0)
        {
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = "" });
        }

        return new(context, operation, body);
    }

    private string With(string question, ReadOnlySpan<KeyValuePair<string, JsonNode>> more)
    {
        JsonObject body = (JsonObject)_body.DeepClone();
        if (body["messages"] is JsonArray)
        {
            body["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = question });
        }
        else
        {
            string member = s_members.FirstOrDefault(body.ContainsKey) ?? body.Where(one => one.Value is JsonValue value && value.GetValueKind() == JsonValueKind.String).Select(one => one.Key).FirstOrDefault() ?? "message";
            body[member] = question;
        }

        foreach ((string name, JsonNode value) in more)
        {
            body[name] = value.DeepClone();
        }

        return body.ToJsonString();
    }
}
