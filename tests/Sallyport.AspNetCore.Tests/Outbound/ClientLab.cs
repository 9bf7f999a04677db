using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sallyport.AspNetCore.Outbound;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Outbound;

/// <summary>A host with one client, made as an application would make it, and the files it watches.</summary>
internal sealed class ClientLab(LabPki? pki = null) : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-client-");
    private IHost? _host;

    public LabPki Pki { get; } = pki ?? new(TimeProvider.System);

    public string Roots => Path.Combine(_folder.FullName, "roots.pem");

    public string Lists => Path.Combine(_folder.FullName, "lists.crl");

    public string Certificate => Path.Combine(_folder.FullName, "client.pem");

    public string Key => Path.Combine(_folder.FullName, "client.key");

    /// <summary>What the client of <see cref="StartAsync"/> knows.</summary>
    public OutboundClient Known => (_host?.Services.GetRequiredService<OutboundClients>() ?? throw new InvalidOperationException("Not started.")).Of("backend");

    /// <summary>Two looks at its files: new content counts when two in a row found the same.</summary>
    public void LookTwice()
    {
        Known.Reload();
        Known.Reload();
    }

    public async Task<HttpClient> StartAsync(Action<SallyportClientOptions>? configure = null, bool showsCertificate = true)
    {
        await File.WriteAllTextAsync(Roots, await File.ReadAllTextAsync(Pki.ServerCa.CertificateFile));
        Revoke();
        Show(Pki.Alice);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = _folder.FullName });
        builder.Services.AddLogging().AddHttpClient("backend").AddSallyportClient(o =>
        {
            o.AddPemFile("roots.pem").AddRevocationList("lists.crl");
            (o.CertificateFile, o.KeyFile) = showsCertificate ? ("client.pem", "client.key") : (null, null);

            // Looked at when the test says so.
            o.PollInterval = TimeSpan.FromHours(1);
            configure?.Invoke(o);
        });
        _host = builder.Build();
        await _host.StartAsync();
        return _host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("backend");
    }

    public void Revoke(params IEnumerable<LabIdentity> revoked) =>
        File.WriteAllText(Lists, PemEncoding.WriteString("X509 CRL", Pki.ServerCa.RevocationList(revoked)) + "\n");

    public void Show(LabIdentity identity)
    {
        File.WriteAllText(Certificate, identity.Forged.ExportChainPem());
        File.WriteAllText(Key, identity.Forged.ExportKeyPem());
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }

        if (pki is null)
        {
            Pki.Dispose();
        }

        _folder.Delete(recursive: true);
    }
}
