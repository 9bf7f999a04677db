using System;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.Certificates;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Checks.Proxy;

/// <summary>A backend that believes whatever a header says of who is asking: only the proxy before it can make that safe.</summary>
internal sealed class TrustingBackend : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TrustingBackend(WebApplication app) => _app = app;

    /// <summary>Its port of 127.0.0.1, without TLS.</summary>
    public int Port => new Uri(_app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;

    public static async Task<TrustingBackend> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        app.Run(AnswerAsync);
        await app.StartAsync(cancellationToken);
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        string? user = Caller(context.Request.Headers);
        string? owner = context.Request.Path.Value?.Split('/') is ["", "profiles" or "reports", var last] && LabApi.Users.Contains(last) ? last : null;
        (int status, string body) = (owner, user) switch
        {
            (null, _) => (404, "{}"),
            (_, null) => (401, "{\"error\":\"who are you\"}"),
            _ when owner != user => (403, "{\"error\":\"not yours\"}"),
            _ => (200, context.Request.Path.StartsWithSegments("/profiles") ? LabApi.Profile(owner) : LabApi.Report(owner)),
        };
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(body);
    }

    // What older callers send first, then what the proxy of today says.
    private static string? Caller(IHeaderDictionary headers) =>
        Text(headers["X-Remote-User"])
        ?? (ClientCertHeader.TryDecode(headers["Client-Cert"].ToString(), out byte[]? der) ? NameIn(der) : null)
        ?? Text(headers["X-SSL-Client-CN"])
        ?? (headers["X-SSL-Client-Verify"] == "SUCCESS" ? Name(headers["X-SSL-Client-S-DN"].ToString()) : null);

    private static string? NameIn(byte[] der)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        return Text(certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
    }

    private static string? Text(string? value) => value?.Trim('"') is { Length: > 0 } text ? text : null;

    private static string? Name(string? subject) =>
        Text(subject?.Split(',').Select(static part => part.Trim()).FirstOrDefault(static part => part.StartsWith("CN=", StringComparison.Ordinal))?[3..]);
}
