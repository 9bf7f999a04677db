using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

public sealed class ResumptionTests(TestPki pki) : IClassFixture<TestPki>
{
    [Theory]
    [InlineData(TlsVersion.Tls13, SessionTicketKind.Tls13, true)]
    [InlineData(TlsVersion.Tls12, SessionTicketKind.Tls12Ticket, true)]
    [InlineData(TlsVersion.Tls12, SessionTicketKind.Tls12Ticket, false)]
    [InlineData(TlsVersion.Tls12, SessionTicketKind.SessionId, true)]
    public async Task Resumes_with_every_kind_of_ticket_and_twice(TlsVersion version, SessionTicketKind kind, bool extended)
    {
        string[] noTickets = kind == SessionTicketKind.SessionId ? ["-no_ticket"] : [];
        await using OpensslPeer server = await ServerAsync(["-www", .. noTickets]);
        ClientScript script = OpensslInteropTests.Script(version);
        script = script with { Hello = script.Hello with { ExtendedMasterSecret = extended } };

        SessionTicket ticket = await TicketAsync(server, script, kind);
        ticket.ServerName.ShouldBe("localhost");
        ticket.Identity.IsEmpty.ShouldBeFalse();
        for (int round = 0; round < 2; round++)
        {
            await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Resume = ticket });
            (string text, _) = await Talk.AskAsync(session);

            session.Resumed.ShouldBeTrue(session.Transcript.ToText());
            session.ResumedWithoutCertificateRequest.ShouldBeTrue();
            session.ServerCertificates.ShouldHaveSingleItem();
            text.ShouldStartWith("HTTP/1.0 200 ok");
            ticket = session.Tickets.FirstOrDefault(fresh => fresh.Kind == kind) ?? ticket;
        }
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Resumes_a_session_of_a_client_certificate_without_showing_it_again(TlsVersion version)
    {
        await using OpensslPeer server = await ServerAsync("-www", "-CAfile", pki.CaFile, "-Verify", "1", "-verify_return_error");
        ClientScript script = OpensslInteropTests.Script(version) with { Credential = pki.Good };

        SessionTicket ticket = await TicketAsync(server, script);
        ticket.ClientCertificateSent.ShouldBeTrue();
        await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Resume = ticket, Credential = null });
        (string text, _) = await Talk.AskAsync(session);

        session.ResumedWithoutCertificateRequest.ShouldBeTrue();
        text.ShouldStartWith("HTTP/1.0 200 ok");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Goes_on_with_a_full_handshake_when_the_server_declines_the_ticket(TlsVersion version)
    {
        await using OpensslPeer first = await ServerAsync("-www");
        await using OpensslPeer second = await ServerAsync("-www");
        ClientScript script = OpensslInteropTests.Script(version);
        SessionTicket ticket = await TicketAsync(first, script);

        await using (TlsSession session = await Talk.OpenAsync(await second.ConnectAsync(), script with { Resume = ticket }))
        {
            (string text, _) = await Talk.AskAsync(session);
            session.Resumed.ShouldBeFalse();
            text.ShouldStartWith("HTTP/1.0 200 ok");
        }

        HandshakeOutcome refused = await Talk.HandshakeAsync(await second.ConnectAsync(), script with { Resume = ticket, AcceptFullHandshake = false });

        refused.ShouldBeOfType<HandshakeOutcome.Unsupported>();
    }

    [Fact]
    public async Task Binds_a_ticket_to_the_second_hello_after_a_retry()
    {
        await using OpensslPeer server = await ServerAsync("-www", "-groups", "P-384");
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls13);
        SessionTicket ticket = await TicketAsync(server, script);

        await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Resume = ticket });
        (string text, _) = await Talk.AskAsync(session);

        session.Resumed.ShouldBeTrue();
        session.Transcript.ToText().ShouldContain("HelloRetryRequest");
        text.ShouldStartWith("HTTP/1.0 200 ok");
    }

    [Fact]
    public async Task Sends_early_data_that_the_server_reads_before_the_handshake_ends()
    {
        await using OpensslPeer server = await ServerAsync("-early_data", "-no_anti_replay");
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls13);
        SessionTicket ticket;
        await using (TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script))
        {
            await session.WriteAsync("first\n"u8.ToArray(), TestContext.Current.CancellationToken);
            await server.PrintedAsync("first");
            await server.TypeAsync("typed");
            await Talk.AskAsync(session, "", "typed");
            ticket = session.Tickets[0];
        }

        ticket.MaxEarlyData.ShouldBeGreaterThan(0u);
        await using TlsSession resumed = await Talk.OpenAsync(
            await server.ConnectAsync(), script with { Resume = ticket, EarlyData = Encoding.ASCII.GetBytes("very early\n") });
        await resumed.WriteAsync("later\n"u8.ToArray(), TestContext.Current.CancellationToken);

        resumed.EarlyDataAccepted.ShouldBeTrue(resumed.Transcript.ToText());
        await server.PrintedAsync("very early");
        await server.PrintedAsync("later");
    }

    [Fact]
    public async Task Goes_on_when_the_server_refuses_early_data()
    {
        await using OpensslPeer server = await ServerAsync("-www");
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls13);
        SessionTicket ticket = await TicketAsync(server, script);

        await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Resume = ticket, EarlyData = new byte[100] });
        (string text, _) = await Talk.AskAsync(session);

        session.Resumed.ShouldBeTrue();
        session.EarlyDataAccepted.ShouldBeFalse();
        text.ShouldStartWith("HTTP/1.0 200 ok");
    }

    [Fact]
    public async Task Never_shows_the_secret_of_a_ticket()
    {
        await using OpensslPeer server = await ServerAsync("-www");
        SessionTicket ticket = await TicketAsync(server, OpensslInteropTests.Script(TlsVersion.Tls13));

        ticket.ToString().ShouldBe($"SessionTicket {{ Tls13, {ticket.Identity.Length} bytes, lifetime 7200 s }}");
        typeof(SessionTicket).GetProperties().Select(static property => property.Name).ShouldNotContain("Secret");
        ticket.IsRevealedBy(ticket.Identity.Span).ShouldBeFalse();
        ticket.IsRevealedBy([1, 2, .. ticket.Secret, 3]).ShouldBeTrue();
    }

    private static async Task<SessionTicket> TicketAsync(OpensslPeer server, ClientScript script, SessionTicketKind? kind = null)
    {
        await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script);
        await Talk.AskAsync(session);
        return session.Tickets.First(ticket => kind is null || ticket.Kind == kind);
    }

    private Task<OpensslPeer> ServerAsync(params string[] arguments) =>
        OpensslPeer.StartAsync(["-cert", pki.ServerFile, "-key", pki.ServerKeyFile, .. arguments]);
}
