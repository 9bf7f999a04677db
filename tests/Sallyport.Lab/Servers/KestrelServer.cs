using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Sallyport.Lab.Servers;

/// <summary>Kestrel in this process with a site per way of asking for client certificates. HTTP/1.1 and HTTP/2.</summary>
/// <remarks>Accounts are found by the CN of the subject, as on the other lab servers.</remarks>
public sealed class KestrelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Dictionary<Site, ListenOptions> _sites;

    private KestrelServer(WebApplication app, Dictionary<Site, ListenOptions> sites)
    {
        _app = app;
        _sites = sites;
    }

    private enum Site
    {
        Off,
        Allow,
        Require,
        Delay,
        PerName,
        PlainHttp,
    }

    /// <summary>ClientCertificateMode.NoCertificate: nobody is asked, everything is served.</summary>
    public LabEndpoint Off => Endpoint(Site.Off);

    /// <summary>AllowCertificate against the client CA; those without one are served too.</summary>
    public LabEndpoint Allow => Endpoint(Site.Allow);

    /// <summary>RequireCertificate against the client CA: refused by a close without an alert.</summary>
    public LabEndpoint Require => Endpoint(Site.Require);

    /// <summary>DelayCertificate, asked for by all but /public: by renegotiation (TLS 1.2) or post-handshake
    /// authentication (TLS 1.3; 500 to clients that did not offer it).</summary>
    public LabEndpoint Delay => Endpoint(Site.Delay);

    /// <summary>Options per name by TlsHandshakeCallbackOptions: public.test trusts the second client CA, secret.test the first.</summary>
    /// <remarks>Nothing compares SNI with Host: secret.test is served over a connection that was made for public.test.</remarks>
    public LabEndpoint PublicName => Endpoint(Site.PerName).Named(LabApi.PublicHost);

    /// <summary>The other name of <see cref="PublicName"/>.</summary>
    public LabEndpoint SecretName => Endpoint(Site.PerName).Named(LabApi.SecretHost);

    /// <summary>Plain HTTP with the same API behind.</summary>
    public LabEndpoint PlainHttp => Endpoint(Site.PlainHttp);

    /// <summary>Starts it; every site answers when this returns.</summary>
    public static async Task<KestrelServer> StartAsync(ServerMaterial material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        var sites = new Dictionary<Site, ListenOptions>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var site in Enum.GetValues<Site>())
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    sites[site] = listen;
                    listen.Use(next => connection =>
                    {
                        connection.Items[typeof(Site)] = site;
                        return next(connection);
                    });
                    Secure(listen, site, material);
                });
            }
        });
        var app = builder.Build();
        Map(app);
        await app.StartAsync(cancellationToken);
        return new KestrelServer(app, sites);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private static void Secure(ListenOptions listen, Site site, ServerMaterial material)
    {
        switch (site)
        {
            case Site.PlainHttp:
                listen.Protocols = HttpProtocols.Http1;
                break;
            case Site.PerName:
                var byName = new Dictionary<string, X509Certificate2>(StringComparer.OrdinalIgnoreCase)
                {
                    [LabApi.SecretHost] = material.ClientCa,
                };
                var chain = SslStreamCertificateContext.Create(material.ServerIdentity, null, offline: true);
                listen.UseHttps(new TlsHandshakeCallbackOptions
                {
                    OnConnection = context => ValueTask.FromResult(new SslServerAuthenticationOptions
                    {
                        ServerCertificateContext = chain,
                        ClientCertificateRequired = true,
                        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                        CertificateChainPolicy = Policy(
                            byName.GetValueOrDefault(context.ClientHelloInfo.ServerName, material.OtherClientCa)),
                        RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                            certificate is not null && errors == SslPolicyErrors.None,
                    }),
                });
                break;
            default:
                listen.UseHttps(https =>
                {
                    https.ServerCertificate = material.ServerIdentity;
                    https.ClientCertificateMode = site switch
                    {
                        Site.Allow => ClientCertificateMode.AllowCertificate,
                        Site.Require => ClientCertificateMode.RequireCertificate,
                        Site.Delay => ClientCertificateMode.DelayCertificate,
                        _ => ClientCertificateMode.NoCertificate,
                    };
                    https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
                    https.OnAuthenticate = (_, options) =>
                    {
                        options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
                        options.CertificateChainPolicy = Policy(material.ClientCa);
                    };
                });
                if (site == Site.Delay)
                {
                    // Kestrel can ask later over HTTP/1.1 only.
                    listen.Protocols = HttpProtocols.Http1;
                }

                break;
        }
    }

    private static X509ChainPolicy Policy(X509Certificate2 anchor)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(anchor);
        policy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.2"));
        return policy;
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/public", () => Json(LabApi.PublicBody));
        app.MapGet("/shared", async context =>
        {
            var certificate = await CallerAsync(context);
            var open = SiteOf(context) is Site.Off or Site.Allow or Site.PlainHttp;
            await Answer(context, open || certificate is not null ? 200 : 401, LabApi.Shared(context.Request.Host.Host));
        });
        app.MapGet("/whoami", async context =>
        {
            var certificate = await CallerAsync(context);
            await Answer(context, 200, $$"""{"subject":"{{certificate?.Subject}}"}""");
        });
        Document(app, "/profiles/{name}", LabApi.Profile);
        Document(app, "/reports/{name}", LabApi.Report);
    }

    private static void Document(IEndpointRouteBuilder app, string pattern, Func<string, string> body) =>
        app.MapGet(pattern, async context =>
        {
            var name = context.Request.RouteValues["name"] as string ?? "";
            if (!LabApi.Users.Contains(name))
            {
                await Answer(context, 404, "");
                return;
            }

            var who = (await CallerAsync(context))?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            var open = SiteOf(context) is Site.Off or Site.Allow or Site.PlainHttp;
            var allowed = who is null ? open : who == name || who == "root";
            await Answer(context, allowed ? 200 : 403, body(name));
        });

    private static async Task<X509Certificate2?> CallerAsync(HttpContext context) =>
        SiteOf(context) is Site.Delay
            ? await context.Connection.GetClientCertificateAsync(context.RequestAborted)
            : context.Connection.ClientCertificate;

    private static Site SiteOf(HttpContext context) =>
        context.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(Site), out var site) == true && site is Site known
            ? known
            : throw new InvalidOperationException("A request that came through no site.");

    private static IResult Json(string body) => Results.Text(body, "application/json");

    private static async Task Answer(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(status == 200 ? body : """{"error":"refused"}""", context.RequestAborted);
    }

    private LabEndpoint Endpoint(Site site) =>
        new($"kestrel {site}", _sites[site].IPEndPoint?.Port ?? throw new InvalidOperationException("The site is not bound."));
}
