using System;
using System.Linq;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;

namespace Sallyport.Scan.Tests.Checks.Application;

/// <summary>Kestrel with the platform's defaults for client chains: issuers are downloaded before anybody is refused.</summary>
internal sealed class DownloadingServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DownloadingServer(WebApplication app, int port) => (_app, Endpoint) = (app, new("downloading", port));

    public LabEndpoint Endpoint { get; }

    public static async Task<DownloadingServer> StartAsync(LabPki pki)
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
                https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == pki.Alice.Certificate.Issuer;
            });
        }));
        WebApplication app = builder.Build();
        app.MapGet("/profiles/{name}", (string name, HttpContext context) =>
            context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == name
                ? Results.Content(LabApi.Profile(name), "application/json")
                : Results.StatusCode(403));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new DownloadingServer(app, new Uri(app.Urls.Single()).Port);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
