using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.Interop.Tests.Identities;

/// <summary>Two guards on one PostgreSQL: what is taken away on one is refused on the other.</summary>
public sealed class TwoNodesTests(PostgresDatabase postgres) : IAsyncLifetime
{
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
    public async Task A_revocation_made_on_one_node_is_refused_on_the_other()
    {
        using IHost one = await NodeAsync(deaf: false);
        using IHost other = await NodeAsync(deaf: false);
        await KnowAliceAsync(one, other);
        await HeardAsync(other, () => Store(one).RevokeAsync(Verify(_pki.Alice).Thumbprint, "stolen", "test", Cancel));
        Find(other, _pki.Alice).ShouldBeOfType<IdentityAnswer.Unmapped>();
        Find(other, _pki.Client("alice")).ShouldBeOfType<IdentityAnswer.Known>();
        await HeardAsync(
            one,
            () => Store(other).ChangeAsync("alice", null, identity => identity with { IsEnabled = false }, "test", Cancel),
            () => Find(one, _pki.Client("alice")) is IdentityAnswer.Inactive);
        Find(one, _pki.Client("alice")).ShouldBe(new IdentityAnswer.Inactive("alice"));
        await one.StopAsync(Cancel);
        await other.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_lost_notification_loses_nothing()
    {
        using IHost one = await NodeAsync(deaf: false);
        using IHost other = await NodeAsync(deaf: true);
        await KnowAliceAsync(one, other);
        await HeardAsync(other, () => Store(one).RevokeAsync(Verify(_pki.Alice).Thumbprint, "stolen", "test", Cancel));
        Find(other, _pki.Alice).ShouldBeOfType<IdentityAnswer.Unmapped>();
        await one.StopAsync(Cancel);
        await other.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_change_by_hand_in_sql_reaches_every_node()
    {
        using IHost one = await NodeAsync(deaf: false);
        using IHost other = await NodeAsync(deaf: true);
        await KnowAliceAsync(one, other);
        await HeardAsync(other, async () => await HeardAsync(one, () => PostgresDatabase.ExecuteAsync(_database, "UPDATE sallyport_identities SET enabled = false")));
        Find(one, _pki.Alice).ShouldBe(new IdentityAnswer.Inactive("alice"));
        Find(other, _pki.Alice).ShouldBe(new IdentityAnswer.Inactive("alice"));
        await one.StopAsync(Cancel);
        await other.StopAsync(Cancel);
    }

    private async Task KnowAliceAsync(IHost one, IHost other)
    {
        await HeardAsync(other, () => Store(one).AddAsync(
            new CertificateIdentity { Name = "alice", Matches = [new CertificateMatch.AlternativeName(new GeneralName.Dns("alice.client.test"))] }, "test", Cancel));
        Find(other, _pki.Alice).ShouldBeOfType<IdentityAnswer.Known>();
    }

    private async Task<IHost> NodeAsync(bool deaf)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new());
        builder.AddSallyport(_ => { });
        builder.Services.AddSallyportIdentities(options => options.UseNpgsql(_database));
        if (deaf)
        {
            builder.Services.AddSallyportIdentityStore<DeafStore>();
        }

        IHost host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }

    private static SallyportIdentityStore Store(IHost node) => node.Services.GetRequiredService<SallyportIdentityStore>();

    private static IIdentityDirectory Directory(IHost node) => node.Services.GetRequiredService<IIdentityDirectory>();

    private IdentityAnswer Find(IHost node, LabIdentity identity) => Directory(node).Find(Verify(identity));

    private VerifiedClientCertificate Verify(LabIdentity identity)
    {
        TrustAnchor.TryRead(_pki.ClientCa.Authority.Certificate.Span, out TrustAnchor? anchor).ShouldBeTrue();
        var verifier = new ChainVerifier([anchor.ShouldNotBeNull()], [], new ChainPolicy { Revocation = new RevocationPolicy { Mode = RevocationMode.Off } });
        return verifier.Verify(identity.Forged.Leaf.Span, [], RevocationSnapshot.Empty, TimeProvider.System.GetUtcNow())
            .ShouldBeOfType<ChainVerdict.Verified>().Certificate;
    }

    private static Task HeardAsync(IHost node, Func<Task> change, Func<bool>? fits = null) => Heard.AfterAsync(Directory(node), change, fits);

    /// <summary>The same database, and every notification is lost.</summary>
    private sealed class DeafStore(SallyportIdentityStore inner) : ICertificateIdentityStore
    {
        public ValueTask<long> ReadEpochAsync(CancellationToken cancellationToken) => inner.ReadEpochAsync(cancellationToken);

        public ValueTask<StoredIdentities> ReadAsync(CancellationToken cancellationToken) => inner.ReadAsync(cancellationToken);

        public Task WaitForChangeAsync(CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
