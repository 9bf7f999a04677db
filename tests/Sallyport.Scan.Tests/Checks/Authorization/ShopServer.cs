using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sallyport.Lab.Servers;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>A small shop with accounts, orders and administrators, that does everything right but for one named flaw.</summary>
public sealed class ShopServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly string _flaw;
    private readonly Dictionary<string, JsonObject> _profiles = [];
    private readonly Dictionary<int, JsonObject> _orders = [];
    private readonly Dictionary<string, string> _seenRoles = [];
    private HandlerServer? _server;
    private int _requests;
    private int _next = 30;

    private ShopServer(string flaw)
    {
        _flaw = flaw;
        foreach ((string name, int order, string role) in new[] { ("alice", 17, "customer"), ("bob", 18, "customer"), ("root", 19, "admin") })
        {
            _profiles[name] = new() { ["name"] = name, ["email"] = $"{name}@example.test", ["note"] = "plain", ["role"] = role, ["balance"] = 10 };
            _orders[order] = new() { ["id"] = order, ["owner"] = name, ["item"] = "tea", ["mark"] = $"order-of-{name}-7f3a" };
        }

        _orders[20] = new() { ["id"] = 20, ["owner"] = "alice", ["item"] = "cups", ["mark"] = "second-of-alice-91c2" };
    }

    public LabEndpoint Endpoint => _server?.Endpoint ?? throw new InvalidOperationException("Not started.");

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>What is stored now, to see that everything was put right.</summary>
    public string State()
    {
        lock (_gate)
        {
            return JsonSerializer.Serialize(new { profiles = _profiles.Values, orders = _orders.Values });
        }
    }

    public static async Task<ShopServer> StartAsync(CheckLab lab, string flaw = "")
    {
        ShopServer shop = new(flaw);
        shop._server = await HandlerServer.StartAsync(lab.Pki.Server, shop.AnswerAsync, static https => https.ClientCertificateMode = ClientCertificateMode.AllowCertificate);
        return shop;
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task AnswerAsync(HttpContext context)
    {
        int count = Interlocked.Increment(ref _requests);
        string body = context.Request.ContentLength > 0 ? await new System.IO.StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted) : "";
        (int status, JsonNode? answer) = _flaw switch
        {
            "broken" => (500, Error("broken")),
            "limited" => (429, Error("slow down")),
            "everything" => (200, new JsonObject { ["message"] = "welcome to the shop", ["contact"] = "shop1@example.test" }),
            "restless" => (200, new JsonObject { ["value"] = Guid.NewGuid().ToString() }),
            "fading" when count > 25 => (503, Error("later")),
            _ => Locked(context, body),
        };
        context.Response.StatusCode = status;
        if (answer is not null && status != 204)
        {
            context.Response.ContentType = "application/json";
            if (status == 200 && answer is JsonObject shown && shown["tag"] is { } tag)
            {
                context.Response.Headers.ETag = $"\"{tag.GetValue<string>()}\"";
                shown.Remove("tag");
            }

            await context.Response.WriteAsync(context.Request.Method == "HEAD" ? "" : answer.ToJsonString(), context.RequestAborted);
        }
    }

    private static JsonObject Error(string text) => new() { ["error"] = text };

    private (int Status, JsonNode? Answer) Locked(HttpContext context, string body)
    {
        lock (_gate)
        {
            return Route(context, body);
        }
    }

    private (int Status, JsonNode? Answer) Route(HttpContext context, string body)
    {
        HttpRequest request = context.Request;
        string[] path = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries); // the path of a request is never null
        string? token = request.Headers.Authorization.ToString() is { Length: > 7 } bearer ? bearer[7..] : null;
        bool certified = context.Connection.ClientCertificate is { } shown && shown.Issuer.Contains("CN=Sallyport Lab", StringComparison.Ordinal) | shown.Issuer != shown.Subject;
        string? who = token switch { "alices-own-token" => "alice", "bobs-own-token" => "bob", "roots-own-token" => "root", not null when _flaw == "garbage" => "alice", _ => null };
        who = certified || _flaw is "garbage" or "token is enough" ? who : null;
        if (_flaw == "certificate is enough" && token is null && certified)
        {
            who = context.Connection.ClientCertificate!.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, false); // certified means that there is one
        }

        string method = request.Method;
        if (_flaw == "override" && request.Headers.ContainsKey("X-HTTP-Method-Override"))
        {
            method = "GET";
            who ??= "alice";
        }

        if (_flaw == "no authentication" && path is ["orders", _])
        {
            who ??= "alice";
        }

        return (method, path) switch
        {
            (_, ["health"]) => (200, new JsonObject { ["status"] = "ok" }),
            ("GET", ["audit"]) when who is null => _flaw == "anonymous" ? Audit() : (401, Error("who are you")),
            ("GET", ["audit"]) => who == "root" ? Audit() : (403, Error("no")),
            ("PUT", ["profiles", var name]) when _flaw == "anonymous write" && who is null => Change(name, body),
            ("HEAD", ["profiles", var name]) when _flaw == "head" => (200, Tagged(Shown(name))),
            (_, _) when who is null => (401, Error("who are you")),
            ("GET" or "HEAD", ["profiles", var name]) => Mine(name, who) is { } refusal ? refusal : (200, Tagged(Shown(name))),
            ("PUT", ["profiles", var name]) => _flaw == "silent" && name != who ? (204, null) : Mine(name, who) is { } refusal && _flaw != "write" ? refusal : Change(name, body),
            ("PATCH", ["profiles", var name]) => Mine(name, who) is { } refusal && _flaw is not ("write" or "patch") ? refusal : Change(name, body),
            ("GET", ["me"]) => (200, Tagged(Shown(Claimed(request, who)))),
            ("GET", ["orders"]) => (200, new JsonArray([.. _orders.Values.Where(order => _flaw == "list" || (string?)order["owner"] == who).Select(static order => order.DeepClone())])),
            ("POST", ["orders"]) => Make(who, body),
            ("GET", ["orders", var id]) => Order(id, who, _flaw == "owner"),
            ("DELETE", ["orders", var id]) => Delete(id, who),
            ("GET", ["orders", var id, "lines", var line]) => Order(id, who, false) is { Status: not 200 } refused ? refused
                : _flaw != "nested" && line != id ? (403, Error("not yours"))
                : Order(line, who, true) is { Status: 200 } found ? (200, new JsonObject { ["line"] = line, ["text"] = "line with " + (string?)found.Answer?["mark"] }) : (403, Error("not yours")),
            ("GET" or "get", ["admin", "accounts"]) => Role(who) == "admin" || _flaw == "role" || method == "get" & _flaw == "lower case"
                ? (200, new JsonArray([.. _profiles.Values.Select(static one => new JsonObject { ["name"] = (string?)one["name"], ["role"] = (string?)one["role"], ["mark"] = "only-administrators-42" })]))
                : (403, Error("no")),
            ("POST", ["admin", "accounts", var name, "role"]) => who == "root" ? SetRole(name, body) : (403, Error("no")),
            _ => (404, Error("not found")),
        };
    }

    private static (int, JsonNode?) Audit() => (200, new JsonObject { ["lines"] = new JsonArray("audit-line-1x", "audit-line-2x") });

    private (int Status, JsonNode? Answer)? Mine(string name, string who) =>
        name == who || who == "root" ? null : _flaw == "exists" && !_profiles.ContainsKey(name) ? (404, Error("not found")) : (403, Error("not yours"));

    private JsonObject Shown(string name)
    {
        JsonObject shown = (JsonObject)_profiles[_profiles.ContainsKey(name) ? name : "alice"].DeepClone();
        switch (_flaw)
        {
            case "hash":
                shown["passwordHash"] = "$2b$12$abcdefghijklmnopqrstuv";
                break;
            case "undeclared":
                shown["department"] = "sales";
                break;
        }

        return shown;
    }

    private static JsonObject Tagged(JsonObject shown)
    {
        shown["tag"] = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(shown.ToJsonString())))[..12];
        return shown;
    }

    private string Claimed(HttpRequest request, string who) => _flaw switch
    {
        "query" when request.Query["user_id"] is [{ } one, ..] && _profiles.ContainsKey(one) => one,
        "pollution" when request.Query["owner"] is [_, { } second] && _profiles.ContainsKey(second) => second,
        "header" when request.Headers["X-User-Id"].ToString() is { Length: > 0 } named && _profiles.ContainsKey(named) => named,
        _ => who,
    };

    private (int, JsonNode?) Change(string name, string body)
    {
        JsonObject sent = (JsonObject)JsonNode.Parse(body)!; // the scanner sends objects
        string[] allowed = _flaw == "assign" ? ["email", "note", "role", "balance"] : ["email", "note"];
        if (_flaw != "assign" && sent.Any(one => !allowed.Contains(one.Key)))
        {
            return (400, Error("unknown member"));
        }

        foreach ((string key, JsonNode? value) in sent.Where(one => allowed.Contains(one.Key)))
        {
            _profiles[name][key] = value?.DeepClone();
        }

        return (200, Shown(name));
    }

    private (int Status, JsonNode? Answer) Order(string id, string who, bool anyones) =>
        int.TryParse(id, out int number) && _orders.TryGetValue(number, out JsonObject? order) && (anyones || (string?)order["owner"] == who || who == "root")
            ? (200, order.DeepClone())
            : _flaw == "exists" && (!int.TryParse(id, out int absent) || !_orders.ContainsKey(absent)) || who == "root" ? (404, Error("not found")) : (403, Error("not yours"));

    private (int, JsonNode?) Make(string who, string body)
    {
        int id = _next++;
        _orders[id] = new() { ["id"] = id, ["owner"] = who, ["item"] = JsonNode.Parse(body)?["item"]?.GetValue<string>(), ["mark"] = $"order-of-{who}-{id}-77" };
        return (201, _orders[id].DeepClone());
    }

    // What is gone is gone for its owner: an id that was never there is another's as far as anyone knows.
    private (int, JsonNode?) Delete(string id, string who)
    {
        if (Order(id, who, _flaw == "delete") is { Status: not 200 } refused)
        {
            return refused;
        }

        _orders.Remove(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture));
        return (204, null);
    }

    private string Role(string who)
    {
        string now = (string?)_profiles[who]["role"] ?? "";
        if (_flaw != "stale")
        {
            return now;
        }

        // The highest role that was ever seen sticks.
        return _seenRoles[who] = _seenRoles.GetValueOrDefault(who) == "admin" ? "admin" : now;
    }

    private (int, JsonNode?) SetRole(string name, string body)
    {
        _profiles[name]["role"] = JsonNode.Parse(body)?["role"]?.GetValue<string>();
        return (200, new JsonObject { ["name"] = name });
    }
}
