using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;

namespace Sallyport.Guard.Bench;

/// <summary>One of the servers that are compared, in a process of its own; it ends when its input does.</summary>
internal static class BenchServer
{
    public const string Issuer = "https://issuer.bench";
    public const string Audience = "https://api.bench";
    public const string Plain = "plain";
    public const string Guarded = "guarded";
    public const string PlainToken = "plain-token";
    public const string GuardedToken = "guarded-token";

    public static async Task ServeAsync(string kind, string folder)
    {
        (WebApplication app, int port) = await StartAsync(kind, folder);
        await using (app)
        {
            Console.WriteLine(port);
            while (await Console.In.ReadLineAsync() is not null)
            {
                // Until the parent closes it.
            }
        }
    }

    /// <summary>Starts one in this process.</summary>
    public static async Task<(WebApplication App, int Port)> StartAsync(string kind, string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        bool guarded = kind is Guarded or GuardedToken;
        ListenOptions? bound = null;
        if (guarded)
        {
            Guard(builder);
        }

        builder.WebHost.UseSockets(static sockets => sockets.CreateBoundListenSocket = static endpoint =>
        {
            Socket socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            Congestion.Calm(socket);
            return socket;
        });
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            bound = listen;
            if (!guarded)
            {
                Https(listen, folder);
            }
        }));
        WebApplication app = builder.Build();
        if (guarded)
        {
            app.UseSallyport();
            app.MapGet("/orders", static () => "ok").RequireClientCertificate("clerk");
            app.MapGet("/orders/{id}", static () => "ok").RequireBoundToken("read").RequireResource<BenchOrder>("id", Operations.Read);
        }
        else
        {
            if (kind == PlainToken)
            {
                Verify(app, folder);
            }

            app.MapGet("/orders", static () => "ok");
            app.MapGet("/orders/{id}", static () => "ok");
        }

        await app.StartAsync();
        return (app, bound?.IPEndPoint?.Port ?? throw new InvalidOperationException("Nothing is bound."));
    }

    private static void Guard(WebApplicationBuilder builder)
    {
        builder.AddSallyport(guard =>
        {
            guard.Transport.CertificateFile = BenchFolder.Server;
            guard.Transport.MaxHandshakesPerAddress = 256;
            guard.Trust.AddPemFile(BenchFolder.ClientCa);
            guard.Revocation.Crl.AddFile(BenchFolder.RevocationList);
            guard.Tokens.AddIssuer(Issuer, issuer =>
            {
                issuer.Audiences.Add(Audience);
                issuer.KeyFile = BenchFolder.Keys;
            });
        });
        using X509Certificate2 client = X509CertificateLoader.LoadCertificateFromFile(BenchFolder.At(builder.Environment.ContentRootPath, BenchFolder.Client));
        var store = new InMemoryIdentityStore();
        store.Add(new CertificateIdentity
        {
            Name = "alice",
            Roles = ["clerk"],
            Scopes = ["read"],
            Matches = [new CertificateMatch.Sha256(CertificateThumbprint.Of(client))],
        });
        builder.Services.AddSallyportIdentityStore(store);
        builder.Services.AddSingleton<IResourceSource<BenchOrder>, BenchOrders>();
        builder.Services.AddSingleton<IResourcePolicy<BenchOrder>, BenchOrderPolicy>();
        builder.WebHost.UseSallyport();
    }

    /// <summary>RequireCertificate as it is used with a private CA: the platform's own chain, nothing fetched, nothing revoked.</summary>
    private static void Https(ListenOptions listen, string folder)
    {
        string pem = File.ReadAllText(BenchFolder.At(folder, BenchFolder.Server));
        using X509Certificate2 read = X509Certificate2.CreateFromPem(pem, pem);
        X509Certificate2 server = X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), "");
        X509Certificate2 authority = X509CertificateLoader.LoadCertificateFromFile(BenchFolder.At(folder, BenchFolder.ClientCa));
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = server,
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            CheckCertificateRevocation = false,
            OnAuthenticate = (_, options) =>
            {
                var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
                policy.CustomTrustStore.Add(authority);
                policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2"));
                options.CertificateChainPolicy = policy;
            },
        });
    }

    /// <summary>What an application without a token cache does: the whole validation, for every request.</summary>
    private static void Verify(WebApplication app, string folder)
    {
        var handler = new JsonWebTokenHandler();
        var parameters = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = Audience,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = new JsonWebKeySet(File.ReadAllText(BenchFolder.At(folder, BenchFolder.Keys))).GetSigningKeys(),
        };
        app.Use(async (context, next) =>
        {
            string token = context.Request.Headers.Authorization.ToString()["Bearer ".Length..];
            TokenValidationResult result = await handler.ValidateTokenAsync(token, parameters);
            if (!result.IsValid)
            {
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return;
            }

            await next(context);
        });
    }
}
