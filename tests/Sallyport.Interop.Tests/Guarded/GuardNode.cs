using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.Lab.Pki;

namespace Sallyport.Interop.Tests.Guarded;

/// <summary>An application behind the guard as a user writes one, on a loopback port: <c>/orders</c> for clerks, <c>/wait</c> that is answered until it is cut.</summary>
internal sealed class GuardNode(WebApplication app) : IAsyncDisposable
{
    public int Port { get; } = new Uri(app.Urls.Single()).Port;

    public Uri Url => new($"https://localhost:{Port}");

    public IServiceProvider Services => app.Services;

    public static async Task<GuardNode> StartAsync(LabPki pki, Action<IServiceCollection> identities, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddSallyport(guard =>
        {
            guard.Transport.ServerCertificate = pki.Server.Certificate;
            guard.Trust.AddPemFile(pki.Material.ClientCaFile);
            guard.Revocation.Crl.AddFile(pki.Material.ClientCrlFile);
        });
        identities(builder.Services);
        builder.WebHost.UseSallyport().UseUrls("https://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.UseSallyport();
        app.MapGet("/orders", static (HttpContext context) => $"orders of {context.User.Identity?.Name} over {context.Request.Protocol}").RequireClientCertificate("clerk");
        app.MapGet("/wait", static async (HttpContext context) =>
        {
            await context.Response.WriteAsync("waiting", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            var cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (context.RequestAborted.Register(cut.SetResult))
            {
                await cut.Task;
            }
        }).RequireClientCertificate("clerk");
        await app.StartAsync(cancellationToken);
        return new(app);
    }

    /// <summary>The account that the name in alice's certificates belongs to.</summary>
    public static CertificateIdentity Alice(bool isEnabled = true) => new()
    {
        Name = "alice",
        Roles = ["clerk"],
        IsEnabled = isEnabled,
        Matches = [new CertificateMatch.AlternativeName(new Certificates.GeneralName.Dns("alice.client.test"))],
    };

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
