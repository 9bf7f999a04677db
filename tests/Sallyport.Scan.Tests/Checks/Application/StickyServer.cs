using System;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Lab.Tls;

namespace Sallyport.Scan.Tests.Checks.Application;

/// <summary>A server that is right while one client talks to it, and takes the other's identity when two do: the bug of a pooled connection.</summary>
internal sealed class StickyServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StickyServer(WebApplication app, int port) => (_app, Endpoint) = (app, new("sticky", port));

    public LabEndpoint Endpoint { get; }

    public static async Task<StickyServer> StartAsync(LabPki pki)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = pki.Material.ServerIdentity;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.OnAuthenticate = static (_, tls) => tls.CertificateChainPolicy = LabTrust.Nobody();
                https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == pki.Alice.Certificate.Issuer;
            });
        }));
        WebApplication app = builder.Build();
        var gate = new Lock();
        string? last = null;
        int others = 0;
        app.MapGet("/profiles/{name}", (string name, HttpContext context) =>
        {
            string caller = context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) ?? string.Empty;
            string shown;
            lock (gate)
            {
                // Callers that take turns often enough find the connection of the one before.
                others = last is not null && last != caller ? others + 1 : others;
                shown = others > 6 && last is not null && last != caller ? last : name;
                last = caller;
            }

            return caller == name ? Results.Content(LabApi.Profile(shown), "application/json") : Results.StatusCode(403);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new StickyServer(app, new Uri(app.Urls.Single()).Port);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
