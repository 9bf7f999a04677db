using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>A place in a request of an operation where a caller's text goes: a query, path or header parameter, or a member of a JSON body.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Ask">The sound request, as somebody who may call it.</param>
/// <param name="In"><c>query</c>, <c>path</c>, <c>header</c> or <c>body</c>.</param>
/// <param name="Name">The parameter's name.</param>
/// <param name="Value">Its sound value; empty when it is optional and not sent.</param>
/// <param name="Schema">What the description says of it; <c>null</c> when nothing.</param>
internal sealed record InjectionPoint(Operation Operation, Ask Ask, string In, string Name, string Value, ApiSchema? Schema)
{
    private const int MaxBody = 256 * 1024;

    /// <summary>Whose request it is.</summary>
    public Identity? Owner { get; init; }

    /// <summary>Puts right again what requests to it change, the same object for all places of a request; <c>null</c> when they change nothing that was there before.</summary>
    public Ask? Undo { get; init; }

    /// <summary>Why nothing may be sent there; <c>null</c> when it may.</summary>
    public string? Withheld { get; init; }

    /// <summary>Whether it is at an operation that signs in or up, where a disposable identity tries.</summary>
    public bool SignsIn { get; init; }

    /// <summary>The right request of a login, sent after each bad value, so that wrong logins do not add up to a lock; <c>null</c> elsewhere.</summary>
    public Ask? Recall { get; init; }

    /// <summary>The member of the body that names what is made, and a new name for it with each request: what exists already is answered otherwise; <c>null</c> where nothing is named.</summary>
    public (string Member, Func<string> Make)? Named { get; init; }

    /// <summary>What came between while the place was tried.</summary>
    public Hindrance Hindrance { get; init; } = new();

    /// <summary>What a report calls it.</summary>
    public string Place => $"{Name} ({In})";

    /// <summary>Whether the description says that it is a number.</summary>
    public bool IsNumber => Schema is { Types: var types } && types.Any(type => type is "integer" or "number");

    /// <summary>The request with another value there, percent-encoded where it has to be.</summary>
    /// <param name="value">The value.</param>
    /// <param name="title">What evidence calls it.</param>
    public Ask With(string value, string title) => Sent(title, In switch
    {
        "query" => Request with { Target = WithQuery(Name, Uri.EscapeDataString(value)) },
        "path" => Request with { Target = WithSegment(Uri.EscapeDataString(value)) },
        "header" => Request with { Headers = [.. Request.Headers.Where(one => !one.Name.Equals(Name, StringComparison.OrdinalIgnoreCase)), new(Name, Plain(value))] },
        _ => WithMember(JsonValue.Create(value)),
    });

    /// <summary>The request with a value that is written as it stands: already encoded in a path or query, JSON in a body.</summary>
    /// <param name="raw">The text.</param>
    /// <param name="title">What evidence calls it.</param>
    public Ask WithRaw(string raw, string title) => Sent(title, In switch
    {
        "query" => Request with { Target = WithQuery(Name, raw) },
        "path" => Request with { Target = WithSegment(raw) },
        "header" => Request with { Headers = [.. Request.Headers.Where(one => !one.Name.Equals(Name, StringComparison.OrdinalIgnoreCase)), new(Name, Plain(raw))] },
        _ => WithMember(Parsed(raw)),
    });

    /// <summary>The request with another name for a query parameter, such as <c>name[$ne]</c>; the same for other places.</summary>
    /// <param name="name">The whole name, encoded.</param>
    /// <param name="value">Its value.</param>
    /// <param name="title">What evidence calls it.</param>
    public Ask Renamed(string name, string value, string title) =>
        In == "query" ? Sent(title, Request with { Target = WithQuery(Name, null, $"{name}={Uri.EscapeDataString(value)}") }) : With(value, title);

    private RawHttpRequest Request => Ask.Request ?? new();

    private static string Plain(string value) => new([.. value.Where(c => c is not '\r' and not '\n' and not '\0')]);

    private static JsonNode? Parsed(string raw)
    {
        try
        {
            return JsonNode.Parse(raw);
        }
        catch (JsonException)
        {
            return JsonValue.Create(raw);
        }
    }

    /// <summary>The places of a request.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="ask">The sound request.</param>
    public static IEnumerable<InjectionPoint> Of(Operation operation, Ask ask)
    {
        string target = ask.Request?.Target ?? "/";
        foreach (ApiParameter parameter in operation.Parameters.Where(one => one.In is "query" or "header" or "path"))
        {
            string value = parameter.In switch
            {
                "query" => QueryValue(target, parameter.Name) ?? parameter.Examples.FirstOrDefault() ?? "",
                "path" => PathValue(operation, target, parameter.Name) ?? "",
                _ => parameter.Examples.FirstOrDefault() ?? "",
            };
            bool credential = parameter.In == "header" && parameter.Name.ToLowerInvariant() is "authorization" or "cookie" or "host" or "content-length" or "content-type";
            if (!credential && (parameter.In != "path" || value.Length > 0))
            {
                yield return new(operation, ask, parameter.In, parameter.Name, value, parameter.Schema);
            }
        }

        if (ask.Request is { Body: { IsEmpty: false, Length: <= MaxBody } body } && Members(body) is { } members)
        {
            foreach ((string name, string value) in members)
            {
                ApiSchema? schema = null;
                operation.Body?.Schema?.Properties.TryGetValue(name, out schema);
                yield return new(operation, ask, "body", name, value, schema);
            }
        }
    }

    private static List<(string Name, string Value)>? Members(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonNode.Parse(body.Span) is JsonObject members
                ? [.. members.Where(one => one.Value is JsonValue).Select(one => (one.Key, one.Value!.ToString()))] // filtered to values
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? QueryValue(string target, string name)
    {
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? null : target[(query + 1)..].Split('&').Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2 && Uri.UnescapeDataString(pair[0]) == name).Select(pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault();
    }

    private static string? PathValue(Operation operation, string target, string name)
    {
        (string[] template, string[] path) = (operation.PathTemplate.Split('/'), target.Split('?')[0].Split('/'));
        int at = Array.IndexOf(template, "{" + name + "}");
        return at < 0 ? null : Uri.UnescapeDataString(path[path.Length - template.Length + at]);
    }

    private string WithSegment(string encoded)
    {
        string[] template = Operation.PathTemplate.Split('/');
        string[] parts = Request.Target.Split('?', 2);
        string[] path = parts[0].Split('/');
        int at = Array.IndexOf(template, "{" + Name + "}");
        path[path.Length - template.Length + at] = encoded;
        return string.Join('/', path) + (parts.Length > 1 ? "?" + parts[1] : "");
    }

    private string WithQuery(string name, string? encoded, string? instead = null)
    {
        string[] parts = Request.Target.Split('?', 2);
        IEnumerable<string> kept = parts.Length > 1 ? parts[1].Split('&').Where(pair => Uri.UnescapeDataString(pair.Split('=')[0]) != name) : [];
        return $"{parts[0]}?{string.Join('&', kept.Append(instead ?? $"{Uri.EscapeDataString(name)}={encoded}"))}";
    }

    private RawHttpRequest WithMember(JsonNode? value)
    {
        JsonObject body = JsonNode.Parse(Request.Body.Span) as JsonObject ?? [];
        body[Name] = value;
        return Request with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
    }

    private RawHttpRequest Renewed(RawHttpRequest request)
    {
        if (Named is not var (member, make) || JsonNode.Parse(request.Body.Span) is not JsonObject body)
        {
            return request;
        }

        if (member != Name)
        {
            body[member] = make();
        }
        else if (body[member] is JsonValue value && value.TryGetValue(out string? text))
        {
            body[member] = text.Replace(Value, make(), StringComparison.Ordinal);
        }

        return request with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
    }

    private Ask Sent(string title, RawHttpRequest request) => Ask with
    {
        Title = string.Create(CultureInfo.InvariantCulture, $"{Place}: {title}"),
        Request = Renewed(request),
        Reusable = false,
        Mode = Operation.IsSafe ? ScanMode.Safe : ScanMode.Active,
    };
}
