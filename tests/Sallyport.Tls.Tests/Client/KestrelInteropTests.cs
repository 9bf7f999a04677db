using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

public sealed class KestrelInteropTests : IAsyncLifetime
{
    private readonly LabPki _pki = new(TimeProvider.System);
    private KestrelServer? _server;

    private KestrelServer Server => _server.ShouldNotBeNull();

    public async ValueTask InitializeAsync() => _server = await KestrelServer.StartAsync(_pki.Material, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _pki.Dispose();
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Refuses_by_a_silent_close_after_the_handshake(TlsVersion version)
    {
        LabIdentity[] refused = [_pki.Rogue, _pki.Expired, _pki.ServerUsageOnly, _pki.SelfSigned];
        foreach (LabIdentity? identity in refused.Prepend(null))
        {
            await using TlsSession session = await OpenAsync(Server.Require, version, script => script with { Credential = identity is null ? null : Credential(identity) });
            (string text, ChannelRead end) = await Talk.AskAsync(session, Get("/profiles/alice"));

            text.ShouldBeEmpty(identity?.Name);
            end.ShouldBeOfType<ChannelRead.Closed>(identity?.Name);
            session.CertificateRequest.ShouldNotBeNull();
        }
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Serves_a_good_identity_and_resumes_it(TlsVersion version)
    {
        SessionTicket ticket;
        await using (TlsSession session = await OpenAsync(Server.Require, version, script => script with { Credential = Credential(_pki.Alice) }))
        {
            (string text, _) = await Talk.AskAsync(session, Get("/profiles/alice"));
            text.ShouldContain(LabApi.Mark("alice"));
            session.ServerSignatureValid.ShouldBe(true);
            ticket = session.Tickets[0];
        }

        await using TlsSession resumed = await OpenAsync(Server.Require, version, script => script with { Resume = ticket });
        (string again, _) = await Talk.AskAsync(resumed, Get("/profiles/alice"));

        resumed.Resumed.ShouldBeTrue();
        again.ShouldContain(LabApi.Mark("alice"));
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Gives_its_certificate_when_asked_after_the_request(TlsVersion version)
    {
        await using TlsSession session = await OpenAsync(Server.Delay, version, script => script with
        {
            Credential = Credential(_pki.Alice),
            Hello = script.Hello with { OfferPostHandshakeAuth = true },
        });

        (string text, _) = await Talk.AskAsync(session, Get("/profiles/alice"));

        text.ShouldContain(LabApi.Mark("alice"));
        session.CertificateRequest.ShouldBeNull();
        session.PostHandshakeCertificateRequests.ShouldHaveSingleItem();
        session.RenegotiationRequested.ShouldBe(version == TlsVersion.Tls12);
    }

    [Fact]
    public async Task Chooses_http2_by_alpn()
    {
        await using TlsSession session = await OpenAsync(Server.Off, TlsVersion.Tls13, script => script with { Hello = script.Hello with { Alpn = ["h2", "http/1.1"] } });

        session.Alpn.ShouldBe("h2");
    }

    private static ClientCredential Credential(LabIdentity identity) => ClientCredential.Of(identity.Forged.Chain, identity.Forged.Key.Algorithm);

    private static string Get(string path) => $"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private static async Task<TlsSession> OpenAsync(LabEndpoint site, TlsVersion version, Func<ClientScript, ClientScript> change) =>
        await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(site.Port), change(OpensslInteropTests.Script(version)));
}
