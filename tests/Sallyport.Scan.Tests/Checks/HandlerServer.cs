using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Linq;
using System.Net;
using System.Net.Security;
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
using Sallyport.Lab.Tls;

namespace Sallyport.Scan.Tests.Checks;

/// <summary>A Kestrel with one handler, for answers that no lab server gives. Asks for a certificate and takes any unless told otherwise.</summary>
public sealed class HandlerServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ListenOptions _listen;

    private HandlerServer(WebApplication app, ListenOptions listen) => (_app, _listen) = (app, listen);

    public LabEndpoint Endpoint => new("handler", _listen.IPEndPoint?.Port ?? throw new InvalidOperationException("Not an IP endpoint."));

    public static Task<HandlerServer> StartAsync(X509Certificate2 certificate, RequestDelegate handler) => StartAsync(certificate, handler, _ => { });

    public static Task<HandlerServer> StartAsync(X509Certificate2? certificate, RequestDelegate handler, Action<HttpsConnectionAdapterOptions> change) => ListenAsync(
        listen =>
        {
            if (certificate is not null)
            {
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.ClientCertificateValidation = static (_, _, _) => true; // the weak server of these tests: takes any
                    https.OnAuthenticate = static (_, tls) => tls.CertificateChainPolicy = LabTrust.Nobody();
                    change(https);
                });
            }
        },
        handler);

    // SslClientHelloInfo does not tell: supported_versions (43) with TLS 1.3 in it.
    private static bool OffersTls13(byte[] hello)
    {
        int at = hello.AsSpan().IndexOf(new byte[] { 0x00, 0x2B, 0x00 });
        return at >= 0 && hello.AsSpan(at, Math.Min(16, hello.Length - at)).IndexOf(new byte[] { 0x03, 0x04 }) >= 0;
    }

    private static async Task<HandlerServer> ListenAsync(Action<ListenOptions> secure, RequestDelegate handler)
    {
        ListenOptions? listening = null;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listening = listen;
            secure(listen);
        }));
        WebApplication app = builder.Build();
        app.Run(handler);
        await app.StartAsync();
        return new(app, listening ?? throw new InvalidOperationException("Kestrel did not ask where to listen."));
    }

    /// <summary>A server whose TLS options depend on the name in the hello and on whether it offers TLS 1.3.</summary>
    /// <param name="options">The options of a connection.</param>
    /// <param name="handler">Answers requests.</param>
    /// <param name="closes">Whether a connection is closed when its handshake is over; none is by default.</param>
    public static Task<HandlerServer> StartAsync(Func<string, bool, SslServerAuthenticationOptions> options, RequestDelegate handler, Func<bool>? closes = null) => ListenAsync(
        listen =>
        {
            listen.Use(next => async connection =>
            {
                ReadResult hello = await connection.Transport.Input.ReadAsync();
                connection.Items[nameof(OffersTls13)] = OffersTls13(hello.Buffer.ToArray());
                connection.Transport.Input.AdvanceTo(hello.Buffer.Start);
                await next(connection);
            });
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = context => ValueTask.FromResult(
                    options(context.ClientHelloInfo.ServerName, context.Connection.Items[nameof(OffersTls13)] is true)),
            });
            listen.Use(next => connection => closes?.Invoke() == true ? Task.CompletedTask : next(connection));
        },
        handler);

    /// <summary>Options that demand, or only take, a certificate of a CA; the CA's name is sent when asked for.</summary>
    public static SslServerAuthenticationOptions Options(X509Certificate2 server, bool ask, X509Certificate2Collection clientCas, bool sendNames = false) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(
            server, null, offline: true, sendNames ? SslCertificateTrust.CreateForX509Collection(clientCas, sendTrustInHandshake: true) : null),
        ClientCertificateRequired = ask,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = LabTrust.Nobody(),
        RemoteCertificateValidationCallback = (_, certificate, _, _) => !ask || (certificate is not null && clientCas.Any(ca => ca.Subject == certificate.Issuer)),
    };

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
