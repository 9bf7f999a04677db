using System;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Sallyport.Lab.Pki;

namespace Sallyport.Bench;

/// <summary>An API of any number of operations that only read, half of them lists and half objects with an owner; it does everything right.</summary>
internal sealed class GeneratedApi : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ListenOptions _listen;
    private int _requests;

    private GeneratedApi(LabPki pki, int operations)
    {
        ListenOptions? listening = null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listening = listen;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = pki.Server.Certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => Verifies(certificate, pki);
            });
        }));
        _app = builder.Build();
        _app.Run(context => AnswerAsync(context, operations));
        _listen = listening ?? throw new InvalidOperationException("Kestrel did not ask where to listen.");
    }

    /// <summary>The accounts; the last one is the administrator. Account n owns the objects with the id n + 11.</summary>
    public static string[] Names { get; } = ["alice", "bob", "carol", "root"];

    public int Port => _listen.IPEndPoint?.Port ?? throw new InvalidOperationException("Not an IP endpoint.");

    /// <summary>Requests that arrived.</summary>
    public int Requests => Volatile.Read(ref _requests);

    public static async Task<GeneratedApi> StartAsync(LabPki pki, int operations)
    {
        GeneratedApi api = new(pki, operations);
        await api._app.StartAsync();
        return api;
    }

    /// <summary>The token of an account.</summary>
    public static string Token(string name) => $"token-of-{name}-2b7e151628aed2a6";

    /// <summary>The description: OpenAPI 3.1.</summary>
    public static string Description(int operations)
    {
        object Operation(bool one) => new
        {
            security = new[] { new { mtls = Array.Empty<string>(), token = Array.Empty<string>() } },
            parameters = one ? new object[] { new { name = "id", @in = "path", required = true, schema = new { type = "string", maxLength = 10 } } } : [],
            responses = new { _200 = new { description = "found", content = new { json = new { schema = new { type = one ? "object" : "array" } } } } },
        };
        string text = JsonSerializer.Serialize(new
        {
            openapi = "3.1.0",
            info = new { title = "generated", version = "1" },
            paths = Enumerable.Range(0, operations).ToDictionary(i => Path(i, "{id}"), i => new { get = Operation(i % 2 == 1) }),
            components = new { securitySchemes = new { mtls = new { type = "mutualTLS" }, token = new { type = "http", scheme = "bearer" } } },
        });
        return text.Replace("\"_200\"", "\"200\"", StringComparison.Ordinal).Replace("\"json\"", "\"application/json\"", StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static string Path(int operation, string id) => string.Create(CultureInfo.InvariantCulture, $"/things{operation / 2}{(operation % 2 == 1 ? "/" + id : "")}");

    private static bool Verifies(X509Certificate2 certificate, LabPki pki)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(pki.ClientCa.Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    private Task AnswerAsync(HttpContext context, int operations)
    {
        Interlocked.Increment(ref _requests);
        string certified = context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) ?? "";
        int who = Array.FindIndex(Names, name => name == certified && context.Request.Headers.Authorization == "Bearer " + Token(name));
        string[] path = context.Request.Path.Value?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? [];
        bool known = path is [var first, ..] && first.StartsWith("things", StringComparison.Ordinal) && int.TryParse(first.AsSpan(6), out int number) && number * 2 < operations;
        (int status, string body) = (known, who, path) switch
        {
            (_, < 0, _) => (401, "{\"error\":\"who are you\"}"),
            (false, _, _) => (404, "{\"error\":\"not found\"}"),
            (_, _, [var list]) => (200, $"[{Thing(list, who)}]"),
            (_, _, [var list, var id]) when id == Id(who) || (who == Names.Length - 1 && id.Length == 2) => (200, Thing(list, int.Parse(id, CultureInfo.InvariantCulture) - 11)),
            (_, _, [_, _]) => (403, "{\"error\":\"not yours\"}"),
            _ => (404, "{\"error\":\"not found\"}"),
        };
        context.Response.StatusCode = context.Request.Method is "GET" or "HEAD" ? status : 405;
        context.Response.ContentType = "application/json";
        return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.WriteAsync(body, context.RequestAborted);
    }

    private static string Id(int who) => (who + 11).ToString(CultureInfo.InvariantCulture);

    private static string Thing(string list, int who) => string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{who + 11},\"note\":\"{list} number {who + 11}\",\"mark\":\"{list}-of-{who}-9c1e\"}}");
}
