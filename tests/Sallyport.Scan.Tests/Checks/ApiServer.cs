using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks;

/// <summary>A small API for tests of application checks: alice and bob have profiles of their own, root sees all accounts, every flaw is one line of the test.</summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly HandlerServer _server;
    private readonly CheckLab _lab;

    private ApiServer(HandlerServer server, CheckLab lab) => (_server, _lab) = (server, lab);

    /// <summary>Who is there: the name in the certificate, unless a test says otherwise.</summary>
    public static string? Caller(HttpContext context) => context.Connection.ClientCertificate?.GetNameInfo(System.Security.Cryptography.X509Certificates.X509NameType.SimpleName, false);

    /// <summary>Starts it.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="answer">Changes the usual answer; returns whether it has answered by itself.</param>
    /// <param name="caller">Who is there, when not by the certificate.</param>
    internal static async Task<ApiServer> StartAsync(CheckLab lab, Func<HttpContext, Task<bool>>? answer = null, Func<HttpContext, string?>? caller = null) =>
        new(await HandlerServer.StartAsync(lab.Pki.Server, async context =>
        {
            if (answer is not null && await answer(context))
            {
                return;
            }

            string? who = (caller ?? Caller)(context);
            string path = context.Request.Path.Value ?? "/";
            if (who is null)
            {
                await RefuseAsync(context, 401);
            }
            else if (path.StartsWith("/profiles/", StringComparison.Ordinal) && path["/profiles/".Length..] is "alice" or "bob")
            {
                string owner = path["/profiles/".Length..];
                await (owner == who || who == "root" ? ProfileAsync(context, owner) : RefuseAsync(context, 403));
            }
            else if (path == "/admin/accounts")
            {
                await (who == "root" ? JsonAsync(context, "{\"accounts\":[\"alice\",\"bob\"],\"note\":\"list-7f3a9c21\"}") : RefuseAsync(context, 403));
            }
            else
            {
                await RefuseAsync(context, 404);
            }
        }), lab);

    /// <summary>The usual answer of a profile.</summary>
    public static Task ProfileAsync(HttpContext context, string owner, string more = "") =>
        JsonAsync(context, $"{{\"name\":\"{owner}\",\"mail\":\"{owner}.4711@mail.test\"{more}}}");

    public static Task JsonAsync(HttpContext context, string json, string type = "application/json")
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    public static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("{\"title\":\"refused\"}", context.RequestAborted);
    }

    /// <summary>A scan as alice, bob and root.</summary>
    internal ScanRequest Request()
    {
        ScanRequest request = _lab.Request(_server.Endpoint, _lab.Pki.Alice, _lab.Pki.Bob, _lab.Pki.Root);
        return request with
        {
            Identities = [.. request.Identities.Select(one => one.Name == "root" ? one with { Role = "admin" } : one)],
            Operations = [CheckLab.Profiles, new() { Method = "GET", PathTemplate = "/admin/accounts", HasSecurity = true }],
        };
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
