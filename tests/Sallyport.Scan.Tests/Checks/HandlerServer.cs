using System;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Sallyport.Lab.Servers;

namespace Sallyport.Scan.Tests.Checks;

/// <summary>A Kestrel with one handler, for answers that no lab server gives. Asks for a certificate and takes any unless told otherwise.</summary>
public sealed class HandlerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ListenOptions _listen;

    private HandlerServer(WebApplication app, ListenOptions listen) => (_app, _listen) = (app, listen);

    public LabEndpoint Endpoint => new("handler", _listen.IPEndPoint?.Port ?? throw new InvalidOperationException("Not an IP endpoint."));

    public static Task<HandlerServer> StartAsync(X509Certificate2 certificate, RequestDelegate handler) => StartAsync(certificate, handler, _ => { });

    public static async Task<HandlerServer> StartAsync(X509Certificate2? certificate, RequestDelegate handler, Action<HttpsConnectionAdapterOptions> change)
    {
        ListenOptions? listening = null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listening = listen;
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.ClientCertificateValidation = (_, _, _) => true; // the weak server of these tests
                    change(https);
                });
            }
        }));
        WebApplication app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        return new(app, listening ?? throw new InvalidOperationException("Kestrel did not ask where to listen."));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
