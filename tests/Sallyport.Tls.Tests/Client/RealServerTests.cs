using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

/// <summary>A ticket of public.test used for secret.test, and certificates asked for after the request, on servers of other makers.</summary>
public sealed class RealServerTests : IAsyncLifetime
{
    private readonly LabServers _servers = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _servers.DisposeAsync();

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Haproxy_lets_a_ticket_into_another_name(TlsVersion version)
    {
        Needs(HaproxyServer.Program);
        HaproxyServer server = await _servers.HaproxyAsync();

        (await AcrossNamesAsync(server.PublicName, server.SecretName, version)).ShouldBe("resumed, served");
        (await FullAsync(server.SecretName, version)).ShouldNotContain("served");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Node_lets_a_ticket_into_another_name(TlsVersion version)
    {
        Needs(NodeServer.Program);
        NodeServer server = await _servers.NodeAsync();

        (await AcrossNamesAsync(server.PublicName, server.SecretName, version)).ShouldBe("resumed, served");
        (await FullAsync(server.SecretName, version)).ShouldNotContain("served");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Nginx_apache_and_kestrel_do_not(TlsVersion version)
    {
        Needs(NginxServer.Program);
        Needs(ApacheServer.Program);
        NginxServer nginx = await _servers.NginxAsync();
        ApacheServer apache = await _servers.ApacheAsync();
        KestrelServer kestrel = await _servers.KestrelAsync();

        (await AcrossNamesAsync(nginx.PublicName, nginx.SecretName, version)).ShouldBe(version == TlsVersion.Tls13 ? "alert 49" : "resumed, status 421");
        (await AcrossNamesAsync(apache.PublicName, apache.SecretName, version)).ShouldEndWith("alert 48");
        (await AcrossNamesAsync(kestrel.PublicName, kestrel.SecretName, version)).ShouldNotContain("served");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Apache_asks_for_the_certificate_when_the_path_needs_it(TlsVersion version)
    {
        Needs(ApacheServer.Program);
        ApacheServer server = await _servers.ApacheAsync();
        ClientScript script = OpensslInteropTests.Script(version) with { Credential = Credential(_servers.Pki.Alice) };
        script = script with { Hello = script.Hello with { OfferPostHandshakeAuth = true } };

        await using TlsSession session = await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(server.PerLocation.Port), script);
        (string text, _) = await Talk.AskAsync(session, Get("localhost", "/profiles/alice"));

        text.ShouldContain(LabApi.Mark("alice"));
        session.CertificateRequest.ShouldBeNull();
        session.PostHandshakeCertificateRequests.ShouldNotBeEmpty();
        session.RenegotiationRequested.ShouldBe(version == TlsVersion.Tls12);
    }

    private static void Needs(string program) => Assert.SkipWhen(Binaries.WhyMissing(program) is not null, Binaries.WhyMissing(program) ?? "");

    private static ClientCredential Credential(LabIdentity identity) => ClientCredential.Of(identity.Forged.Chain, identity.Forged.Key.Algorithm);

    private static string Get(string host, string path) => $"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";

    private async Task<string> AcrossNamesAsync(LabEndpoint open, LabEndpoint secret, TlsVersion version)
    {
        ClientScript script = ClientScript.ForServer(open.Name) with { MinimumVersion = version, MaximumVersion = version, Credential = Credential(_servers.Pki.Other) };
        SessionTicket ticket;
        await using (TlsSession first = await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(open.Port), script))
        {
            (string text, _) = await Talk.AskAsync(first, Get(open.Name, "/shared"));
            text.ShouldContain(LabApi.Mark(open.Name), customMessage: first.Transcript.ToText());
            ticket = first.Tickets.First();
        }

        return await TryAsync(secret, script with { Hello = ClientScript.ForServer(secret.Name).Hello, Resume = ticket });
    }

    private Task<string> FullAsync(LabEndpoint secret, TlsVersion version) => TryAsync(
        secret, ClientScript.ForServer(secret.Name) with { MinimumVersion = version, MaximumVersion = version, Credential = Credential(_servers.Pki.Other) });

    private static async Task<string> TryAsync(LabEndpoint secret, ClientScript script)
    {
        HandshakeOutcome outcome = await Talk.HandshakeAsync(await OpensslPeer.LoopbackAsync(secret.Port), script);
        if (outcome is not HandshakeOutcome.Completed completed)
        {
            return outcome is HandshakeOutcome.Alerted alerted ? $"alert {alerted.Alert.Code}" : outcome.GetType().Name;
        }

        await using TlsSession session = completed.Session;
        (string text, ChannelRead end) = await Talk.AskAsync(session, Get(secret.Name, "/shared"));
        string result = text.Contains(LabApi.Mark(secret.Name), StringComparison.Ordinal) ? "served"
            : text.Length > 0 ? $"status {text.Split(' ')[1]}"
            : end is ChannelRead.Alerted { Alert.Code: var code } ? $"alert {code}" : "closed";
        return session.Resumed ? $"resumed, {result}" : result;
    }
}
