using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using Sallyport.Interop.Tests.Identities;
using Sallyport.Lab.Pki;

namespace Sallyport.Interop.Tests.Guarded;

/// <summary>Two guarded servers on one PostgreSQL, asked over HTTPS: what one takes away, the other refuses, and cuts where it is open.</summary>
public sealed class TwoGuardedNodesTests(PostgresDatabase postgres) : IAsyncLifetime
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);
    private readonly LabPki _pki = new(TimeProvider.System);
    private string _database = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _database = await postgres.NewAsync();

    public ValueTask DisposeAsync()
    {
        _pki.Dispose();
        return default;
    }

    [Fact]
    public async Task What_one_node_takes_away_the_other_refuses()
    {
        await using GuardNode one = await NodeAsync();
        await using GuardNode other = await NodeAsync();
        await HeardAsync(one, () => HeardAsync(other, () => Store(one).AddAsync(GuardNode.Alice(), "test", Cancel)));
        using HttpClient first = Client(_pki.Alice, one);
        using HttpClient second = Client(_pki.Alice, other);
        using HttpClient colleague = Client(_pki.Client("alice"), other);
        (await first.GetStringAsync("/orders", Cancel)).ShouldStartWith("orders of alice");
        (await second.GetStringAsync("/orders", Cancel)).ShouldStartWith("orders of alice");
        await using Stream open = await second.GetStreamAsync("/wait", Cancel);

        // One certificate of alice's: her other one goes on.
        await HeardAsync(other, () => Store(one).RevokeAsync(CertificateThumbprint.Of(_pki.Alice.Certificate), "stolen", "test", Cancel));
        await IsCutAsync(open);
        (await StatusAsync(second)).ShouldBeNull("the handshake is refused, or the request is");
        (await colleague.GetStringAsync("/orders", Cancel)).ShouldStartWith("orders of alice");

        await HeardAsync(other, () => Store(one).ChangeAsync("alice", null, static identity => identity with { IsEnabled = false }, "test", Cancel));
        (await StatusAsync(colleague)).ShouldBeNull();
    }

    /// <summary>What a request of somebody refused is answered, when that is 200.</summary>
    private static async Task<HttpStatusCode?> StatusAsync(HttpClient client)
    {
        try
        {
            using HttpResponseMessage answer = await client.GetAsync("/orders", Cancel);
            return answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? null : answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task IsCutAsync(Stream stream)
    {
        byte[] octets = new byte[64];
        try
        {
            while (await stream.ReadAsync(octets, Cancel).AsTask().WaitAsync(Ceiling, Cancel) > 0)
            {
                // The first word.
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // Cut.
        }
    }

    private static Task HeardAsync(GuardNode node, Func<Task> change, Func<bool>? fits = null) =>
        Heard.AfterAsync(Directory(node), change, fits);

    private static IIdentityDirectory Directory(GuardNode node) => node.Services.GetRequiredService<IIdentityDirectory>();

    private static SallyportIdentityStore Store(GuardNode node) => node.Services.GetRequiredService<SallyportIdentityStore>();

    private Task<GuardNode> NodeAsync() => GuardNode.StartAsync(_pki, services => services.AddSallyportIdentities(options => options.UseNpgsql(_database)), Cancel);

    private HttpClient Client(LabIdentity identity, GuardNode node)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        policy.CustomTrustStore.Add(_pki.ServerCa.Certificate);
        return new(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy, ClientCertificateContext = SslStreamCertificateContext.Create(identity.Certificate, null, offline: true) },
        })
        {
            BaseAddress = node.Url,
            Timeout = Ceiling,
        };
    }
}
