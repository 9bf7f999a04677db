using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.Quickstart;

/// <summary>The ten lines of the README, as a program of their own, with real clients.</summary>
public sealed class QuickstartTests : IAsyncLifetime
{
    private const string Listening = "Now listening on: ";
    private readonly LabPki _pki = new(TimeProvider.System);
    private ServerProcess? _server;
    private ScratchFolder? _folder;
    private Uri _url = new("https://127.0.0.1");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var folder = _folder = new ScratchFolder("quickstart");
        folder.Write("server.pem", await File.ReadAllTextAsync(_pki.Server.BundleFile, Cancel));
        folder.Write("client-ca.pem", await File.ReadAllTextAsync(_pki.ClientCa.CertificateFile, Cancel));
        folder.Write("client-ca.crl", await File.ReadAllTextAsync(_pki.RevocationListFile, Cancel));
        await using (var store = Store(folder))
        {
            await store.EnsureSchemaAsync(Cancel);
            foreach (var (name, role, certificates) in ((string, string, LabIdentity[])[])[("alice", "clerk", [_pki.Alice, _pki.Revoked]), ("bob", "guest", [_pki.Bob])])
            {
                (await store.AddAsync(Known(name, role, certificates), "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
            }
        }

        _server = await ServerProcess.StartAsync(
            folder,
            () => new ProcessPlan
            {
                Program = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
                Arguments = [Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"), "--contentRoot", folder.Path, "--urls", "https://127.0.0.1:0"],
                ReadyText = Listening,
            },
            Cancel);
        var said = _server.Output;
        _url = new Uri(said[(said.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Split('\n')[0].Trim());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }

        _pki.Dispose();
    }

    [Fact]
    public async Task The_clerk_is_served_and_nobody_else_is()
    {
        (await AskAsync(_pki.Alice)).ShouldBe((HttpStatusCode.OK, "orders of alice"));
        (await AskAsync(_pki.Bob)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(_pki.Root)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        foreach (var refused in (LabIdentity?[])[null, _pki.Revoked, _pki.Expired, _pki.Rogue, _pki.SelfSigned, _pki.Other])
        {
            await Should.ThrowAsync<HttpRequestException>(() => AskAsync(refused));
        }
    }

    [Fact]
    public async Task An_identity_that_is_disabled_while_it_runs_is_refused()
    {
        (await AskAsync(_pki.Alice)).Status.ShouldBe(HttpStatusCode.OK);
        await using var store = Store(_folder.ShouldNotBeNull());
        (await store.ChangeAsync("alice", null, identity => identity with { IsEnabled = false }, "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        var epoch = await store.ReadEpochAsync(Cancel);
        (await _server.ShouldNotBeNull().HasPrintedAsync($"Identities read: epoch {epoch},", Cancel)).ShouldBeTrue(_server.Output);
        (await AskAsync(_pki.Alice)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    private static SallyportIdentityStore Store(ScratchFolder folder) =>
        new(new IdentityStoreOptions().UseSqlite(Path.Combine(folder.Path, "identities.db")), TimeProvider.System);

    private static CertificateIdentity Known(string name, string role, LabIdentity[] certificates) => new()
    {
        Name = name,
        Matches = [.. certificates.Select(static identity => new CertificateMatch.Sha256(CertificateThumbprint.Of(identity.Certificate)))],
        Roles = [role],
    };

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(LabIdentity? identity)
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        trust.CustomTrustStore.Add(_pki.ServerCa.Certificate);
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = trust,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                ClientCertificateContext = identity is null ? null : SslStreamCertificateContext.Create(identity.Certificate, additionalCertificates: null, offline: true),
            },
        };
        using var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(30) };
        using var answer = await client.GetAsync(new Uri(_url, "/orders"), Cancel);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
