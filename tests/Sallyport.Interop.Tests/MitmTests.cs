using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sallyport.AspNetCore.Outbound;
using Sallyport.Cli.Mitm;
using Sallyport.Lab.Processes;

namespace Sallyport.Interop.Tests;

/// <summary><c>sallyport mitm</c> on real clients: each once careful and once careless, at every bad server.</summary>
public sealed class MitmTests : IAsyncLifetime
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);
    private static readonly string[] Harmless = ["good", "no-client-certificate"];
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<MitmSighting> _seen = Channel.CreateUnbounded<MitmSighting>();
    private readonly MitmServers _servers = MitmServers.Open(new(IPAddress.Loopback, 0), TimeProvider.System);
    private readonly MitmFolder _folder;
    private Task _running = Task.CompletedTask;

    public MitmTests() => _folder = new(_servers.Pki);

    public ValueTask InitializeAsync()
    {
        _running = _servers.RunAsync(sighting => _seen.Writer.TryWrite(sighting), _stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Ceiling);
        _folder.Dispose();
        _servers.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Curl_refuses_them_all_when_it_checks_and_goes_on_at_all_when_it_does_not()
    {
        string curl = Installed("curl");
        await ExpectAsync(careful: true, port => ProcessAsync(curl, null, ["-s", "--cacert", File("server-ca.pem"), "--crlfile", File("server-ca.crl"), "--cert", File("client.pem"), "--key", File("client.key"), Url(port)]));
        await ExpectAsync(careful: false, port => ProcessAsync(curl, null, ["-s", "-k", "--tlsv1.0", "--ciphers", "DEFAULT:@SECLEVEL=0", "--cert", File("client.pem"), "--key", File("client.key"), Url(port)]));
    }

    [Fact]
    public async Task Openssl_refuses_them_all_when_it_checks_and_goes_on_at_all_when_it_does_not()
    {
        string openssl = Installed("openssl");
        string[] both = ["-servername", "localhost", "-cert", File("client.pem"), "-key", File("client.key"), "-quiet", "-connect"];
        const string Request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        await ExpectAsync(careful: true, port => ProcessAsync(openssl, Request, ["s_client", "-CAfile", File("server-ca.pem"), "-crl_check", "-CRL", File("server-ca.crl"), "-verify_hostname", "localhost", "-verify_return_error", .. both, $"127.0.0.1:{port}"]));
        await ExpectAsync(careful: false, port => ProcessAsync(openssl, Request, ["s_client", "-min_protocol", "TLSv1", "-cipher", "DEFAULT:@SECLEVEL=0", .. both, $"127.0.0.1:{port}"]));
    }

    [Fact]
    public async Task Node_refuses_them_all_when_it_checks_and_goes_on_at_all_when_it_does_not()
    {
        string node = Installed("node");

        // Node's own default takes RSA-1024: a careful program raises the level, as curl and openssl have it from Debian.
        const string Careful = "ca: fs.readFileSync(d + '/server-ca.pem'), crl: fs.readFileSync(d + '/server-ca.crl'), ciphers: 'DEFAULT:@SECLEVEL=2'";
        const string Careless = "rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0'";
        await ExpectAsync(careful: true, port => ProcessAsync(node, null, ["-e", Script(Careful), _folder.Path, Text(port)]));
        await ExpectAsync(careful: false, port => ProcessAsync(node, null, ["-e", Script(Careless), _folder.Path, Text(port)]));

        static string Script(string options) =>
            $$"""
            const fs = require('fs'), d = process.argv[1];
            const r = require('https').request({ host: '127.0.0.1', servername: 'localhost', checkServerIdentity: (h, c) => require('tls').checkServerIdentity('localhost', c), port: +process.argv[2],
              cert: fs.readFileSync(d + '/client.pem'), key: fs.readFileSync(d + '/client.key'), {{options}} }, a => a.resume());
            r.on('error', () => { }); r.end();
            """;
    }

    [Fact]
    public async Task HttpClient_refuses_them_all_when_it_checks_and_goes_on_at_all_when_it_does_not()
    {
        await ExpectAsync(careful: true, port => HttpClientAsync(port, Careful()));
        await ExpectAsync(careful: false, port => HttpClientAsync(port, new()
        {
            // The careless client of this test: no error is one to it, and no protocol too old.
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            EnabledSslProtocols = (SslProtocols)(192 | 768) | SslProtocols.Tls12 | SslProtocols.Tls13,
            EncryptionPolicy = (EncryptionPolicy)1,
        }));
    }

    [Fact]
    public async Task The_guards_own_client_refuses_them_all()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = _folder.Path });
        builder.Services.AddLogging().AddHttpClient("backend").AddSallyportClient(client =>
        {
            client.AddPemFile("server-ca.pem").AddRevocationList("server-ca.crl");
            (client.CertificateFile, client.KeyFile) = ("client.pem", "client.key");
        });
        using IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var clients = host.Services.GetRequiredService<IHttpClientFactory>();

        // More than careful: a server that does not ask for the certificate that it is configured with is not the one it was meant for.
        await ExpectAsync(careful: true, harmless: ["good"], connect: async port =>
        {
            using HttpClient client = clients.CreateClient("backend");
            try
            {
                await client.GetStringAsync(new Uri(Url(port)), TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException)
            {
                // What it thought of the server is the server's to tell.
            }
        });
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private SslClientAuthenticationOptions Careful()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.Online,
            RevocationFlag = X509RevocationFlag.ExcludeRoot,
        };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_servers.Pki.Authority.Span));
        return new()
        {
            CertificateChainPolicy = policy,

            // The platform takes RSA-1024 by itself.
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None && certificate is X509Certificate2 { } leaf && (leaf.GetRSAPublicKey() is null or { KeySize: >= 2048 }),
        };
    }

    private async Task HttpClientAsync(int port, SslClientAuthenticationOptions options)
    {
        options.ClientCertificates = [_servers.Pki.Client];
        using var handler = new SocketsHttpHandler { SslOptions = options };
        using var client = new HttpClient(handler) { Timeout = Ceiling };
        try
        {
            await client.GetStringAsync(new Uri(Url(port)), TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            // What it thought of the server is the server's to tell.
        }
    }

    private Task ExpectAsync(bool careful, Func<int, Task> connect) => ExpectAsync(careful, Harmless, connect);

    private async Task ExpectAsync(bool careful, string[] harmless, Func<int, Task> connect)
    {
        var wrong = new List<string>();
        foreach ((MitmPort port, int number) in _servers.Table)
        {
            await connect(number);
            MitmSighting sighting = await _seen.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Ceiling, TestContext.Current.CancellationToken);
            sighting.Port.ShouldBe(port.Name);
            bool goesOn = !careful || harmless.Contains(port.Name);
            if (goesOn ? sighting.Verdict is not MitmVerdict.WentOn : sighting.Verdict is not MitmVerdict.Refused)
            {
                wrong.Add($"{port.Name}: {sighting.Verdict.Word}, {sighting.Verdict.Detail}");
            }

            if (sighting.Verdict is MitmVerdict.WentOn)
            {
                sighting.ShowedCertificate.ShouldBe(port.Name != "no-client-certificate");
            }
        }

        wrong.ShouldBeEmpty();
    }

    private static async Task ProcessAsync(string program, string? input, string[] arguments)
    {
        var info = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(info).ShouldNotBeNull();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            // The input stays open: s_client would leave at its end, before the answer.
            await process.StandardInput.WriteAsync(input ?? "");
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // It has already left.
        }

        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Ceiling, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        await Task.WhenAll(output, error);
    }

    private static string Installed(string program)
    {
        if (Binaries.WhyMissing(program) is string why)
        {
            Assert.Skip(why);
        }

        return Binaries.Require(program);
    }

    private static string Url(int port) => $"https://localhost:{Text(port)}/";

    private static string Text(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private string File(string name) => Path.Combine(_folder.Path, name);
}
