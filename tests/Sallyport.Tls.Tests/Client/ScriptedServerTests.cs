using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

/// <summary>What our client sees of flaws that no installed server has, and that the same server without the flaw refuses.</summary>
public sealed class ScriptedServerTests(TestPki pki) : IClassFixture<TestPki>
{
    [Theory]
    [InlineData(TlsVersion.Tls12, 40)]
    [InlineData(TlsVersion.Tls13, 116)]
    public async Task A_sound_server_tells_every_cause_apart(TlsVersion version, int none)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Sites = [Protected("localhost")] });
        ClientScript script = OpensslInteropTests.Script(version);

        (await VerdictAsync(server, script)).ShouldBe(none);
        (await VerdictAsync(server, script with { Credential = pki.Good })).ShouldBeNull();
        (await VerdictAsync(server, script with { Credential = pki.RsaGood })).ShouldBeNull();
        (await VerdictAsync(server, script with { Credential = pki.P384Good })).ShouldBeNull();
        (await VerdictAsync(server, script with { Credential = pki.Rogue })).ShouldBe(48);
        (await VerdictAsync(server, script with { Credential = pki.WrongUsage })).ShouldBe(43);
        (await VerdictAsync(server, script with { Credential = pki.Expired })).ShouldBe(45);
        (await VerdictAsync(server, script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.SignWrongData })).ShouldBe(51);
        (await VerdictAsync(server, script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.Garbage })).ShouldBe(51);
        (await VerdictAsync(server, script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.Omit })).ShouldBe(10);
        (await VerdictAsync(server, script with { Credential = pki.Good, CertificateAnswer = CertificateAnswer.Omit })).ShouldBe(10);
        (await VerdictAsync(server, script with { Credential = pki.Good, CertificateVerifyScheme = SignatureScheme.EcdsaSha1 })).ShouldBe(47);
        server.Requests.Select(static request => request.Identity).Distinct().ShouldHaveSingleItem().ShouldBe("CN=alice");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Each_forged_proof_passes_where_its_flaw_is_planted(TlsVersion version)
    {
        ClientScript script = OpensslInteropTests.Script(version) with { Credential = pki.Good };

        (await PassesAsync(ServerFlaw.AcceptOmittedCertificate, script with { CertificateAnswer = CertificateAnswer.Omit })).ShouldBe("none");
        (await PassesAsync(ServerFlaw.AcceptOmittedCertificateVerify, script with { CertificateVerifyAnswer = CertificateVerifyAnswer.Omit })).ShouldBe("CN=alice");
        (await PassesAsync(ServerFlaw.AcceptWrongSignature, script with { CertificateVerifyAnswer = CertificateVerifyAnswer.SignWrongData })).ShouldBe("CN=alice");
        (await PassesAsync(ServerFlaw.AcceptWrongSignature, script with { Credential = pki.Good with { Key = null } })).ShouldBe("CN=alice");
        (await PassesAsync(ServerFlaw.AcceptAnyScheme, script with { CertificateVerifyScheme = SignatureScheme.Ed25519 })).ShouldBe("CN=alice");
        (await PassesAsync(ServerFlaw.AcceptUntrustedChain, script with { Credential = pki.Rogue })).ShouldBe("CN=alice");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12, ServerFlaw.ResumeAcrossNames, true)]
    [InlineData(TlsVersion.Tls13, ServerFlaw.ResumeAcrossNames, true)]
    [InlineData(TlsVersion.Tls12, ServerFlaw.None, false)]
    [InlineData(TlsVersion.Tls13, ServerFlaw.None, false)]
    public async Task A_ticket_opens_another_name_only_where_the_flaw_is(TlsVersion version, ServerFlaw flaw, bool opens)
    {
        var elsewhere = Protected("public.test") with { Marker = "public" };
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Flaws = flaw, Sites = [elsewhere, Protected("secret.test") with { Marker = "secret" }] });
        SessionTicket ticket;
        await using (TlsSession first = await OpenAsync(server, Named("public.test", version) with { Credential = pki.Good }))
        {
            (string text, _) = await Talk.AskAsync(first, Request("public.test"));
            text.ShouldContain("public\n");
            ticket = first.Tickets[0];
        }

        HandshakeOutcome outcome = await Talk.HandshakeAsync(
            await OpensslPeer.LoopbackAsync(server.Port), Named("secret.test", version) with { Resume = ticket, AcceptFullHandshake = false });

        if (!opens)
        {
            outcome.ShouldBeOfType<HandshakeOutcome.Unsupported>(outcome.Transcript.ToText());
            return;
        }

        await using TlsSession session = outcome.ShouldBeOfType<HandshakeOutcome.Completed>(outcome.Transcript.ToText()).Session;
        (string answer, _) = await Talk.AskAsync(session, Request("secret.test"));
        session.ResumedWithoutCertificateRequest.ShouldBeTrue();
        answer.ShouldContain("secret\nsite=secret.test identity=CN=alice");
        ticket.ServerName.ShouldBe("public.test");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task A_hello_in_pieces_loses_its_name_only_where_the_flaw_is(TlsVersion version)
    {
        ServerSite open = new() { Name = "open.test", Marker = "open" };
        foreach (ServerFlaw flaw in new[] { ServerFlaw.None, ServerFlaw.LoseNameWhenFragmented })
        {
            await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Flaws = flaw, Sites = [open, Protected("secret.test")] });
            ClientScript script = Named("secret.test", version);
            script = script with { Hello = script.Hello with { Fragmentation = new HelloFragmentation { RecordSizes = [1, 64], WriteSizes = [7] } } };

            int? verdict = await VerdictAsync(server, script);

            (verdict is null).ShouldBe(flaw != ServerFlaw.None);
            (server.Requests.LastOrDefault()?.Site == "open.test").ShouldBe(flaw != ServerFlaw.None);
        }
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Finished_alone_opens_a_path_after_the_request_only_where_the_flaw_is(TlsVersion version)
    {
        var site = Protected("localhost") with { Policy = ClientCertificatePolicy.AfterRequest };
        ClientScript script = OpensslInteropTests.Script(version) with { Credential = pki.Good };
        script = script with { Hello = script.Hello with { OfferPostHandshakeAuth = true } };
        foreach (ServerFlaw flaw in new[] { ServerFlaw.None, ServerFlaw.AcceptFinishedAlone })
        {
            await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Flaws = flaw, Sites = [site] });

            (await VerdictAsync(server, script)).ShouldBeNull();
            server.Requests[^1].Identity.ShouldBe("CN=alice");
            (await VerdictAsync(server, script with { PostHandshakeAnswer = PostHandshakeAnswer.Empty })).ShouldBe(version == TlsVersion.Tls13 ? 116 : 40);
            (await VerdictAsync(server, script with { PostHandshakeAnswer = PostHandshakeAnswer.FinishedOnly })).ShouldBe(flaw == ServerFlaw.None ? 10 : null);
            if (flaw != ServerFlaw.None)
            {
                server.Requests[^1].ShouldBe(new ServedRequest("localhost", "localhost", "/", "none", false, false, 200));
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Early_data_is_served_only_where_the_flaw_is(bool flaw)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { MaxEarlyData = 16384, Flaws = flaw ? ServerFlaw.ServeEarlyData : ServerFlaw.None });
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls13);
        SessionTicket ticket = await TicketAsync(server, script);
        ticket.MaxEarlyData.ShouldBe(16384u);

        await using TlsSession session = await OpenAsync(server, script with { Resume = ticket, EarlyData = Encoding.ASCII.GetBytes(Request("localhost", "/early")) });
        (string text, _) = await Talk.AskAsync(session, flaw ? "" : Request("localhost"));

        session.EarlyDataAccepted.ShouldBeTrue();
        text.Contains("early=yes", StringComparison.Ordinal).ShouldBe(flaw, text);
    }

    [Fact]
    public async Task A_retry_ends_early_data_and_the_handshake_goes_on()
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { MaxEarlyData = 16384, OnlyP256 = true });
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls13);
        script = script with { Hello = script.Hello with { KeyShareGroups = [NamedGroup.X25519] } };
        SessionTicket ticket = await TicketAsync(server, script);

        await using TlsSession session = await OpenAsync(server, script with { Resume = ticket, EarlyData = new byte[50] });
        (string text, _) = await Talk.AskAsync(session, Request("localhost"));

        session.Resumed.ShouldBeTrue();
        session.EarlyDataAccepted.ShouldBeFalse();
        text.ShouldContain("resumed=yes");
    }

    [Theory]
    [InlineData(TicketKeyKind.Random, TlsVersion.Tls13)]
    [InlineData(TicketKeyKind.AllZero, TlsVersion.Tls13)]
    [InlineData(TicketKeyKind.AllZeroOpenSslLayout, TlsVersion.Tls12)]
    [InlineData(TicketKeyKind.ConstantKeystream, TlsVersion.Tls12)]
    public async Task Tickets_of_every_key_resume(TicketKeyKind kind, TlsVersion version)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { TicketKey = kind });
        ClientScript script = OpensslInteropTests.Script(version);
        SessionTicket ticket = await TicketAsync(server, script);

        await using TlsSession session = await OpenAsync(server, script with { Resume = ticket });
        (string text, _) = await Talk.AskAsync(session, Request("localhost"));

        session.Resumed.ShouldBeTrue();
        text.ShouldContain("resumed=yes");
    }

    [Fact]
    public async Task A_ticket_under_an_all_zero_key_gives_its_secret_away()
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { TicketKey = TicketKeyKind.AllZero });
        SessionTicket ticket = await TicketAsync(server, OpensslInteropTests.Script(TlsVersion.Tls13));
        byte[] bytes = ticket.Identity.ToArray();
        using var aes = Aes.Create();
        aes.Key = new byte[16];

        byte[] plaintext = aes.DecryptCbc(bytes.AsSpan(34, (bytes[32] << 8) | bytes[33]), bytes.AsSpan(16, 16));

        ticket.IsRevealedBy(plaintext).ShouldBeTrue();
    }

    [Fact]
    public async Task Host_decides_where_any_host_is_served()
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript
        {
            Flaws = ServerFlaw.ServeAnyHost,
            Sites = [new ServerSite { Name = "public.test", Marker = "public" }, Protected("secret.test") with { Marker = "secret" }],
        });

        await using TlsSession session = await OpenAsync(server, Named("public.test", TlsVersion.Tls13));
        (string text, _) = await Talk.AskAsync(session, Request("secret.test"));

        text.ShouldContain("secret\n");
    }

    private static ClientScript Named(string name, TlsVersion version) => ClientScript.ForServer(name) with { MinimumVersion = version, MaximumVersion = version };

    private static string Request(string host, string path = "/") => $"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n";

    private static async Task<TlsSession> OpenAsync(ScriptedTlsServer server, ClientScript script) =>
        await Talk.OpenAsync(await OpensslPeer.LoopbackAsync(server.Port), script);

    private static async Task<int?> VerdictAsync(ScriptedTlsServer server, ClientScript script) =>
        await Talk.VerdictAsync(await OpensslPeer.LoopbackAsync(server.Port), script, Request("localhost"));

    private static async Task<SessionTicket> TicketAsync(ScriptedTlsServer server, ClientScript script)
    {
        await using TlsSession session = await OpenAsync(server, script);
        await Talk.AskAsync(session, Request("localhost"));
        return session.Tickets[0];
    }

    private async Task<string> PassesAsync(ServerFlaw flaw, ClientScript script)
    {
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { Flaws = flaw, Sites = [Protected("localhost")] });
        (await VerdictAsync(server, script)).ShouldBeNull($"{flaw}");
        ServedRequest request = server.Requests.ShouldHaveSingleItem();
        request.Status.ShouldBe(200);
        return request.Identity;
    }

    private ServerSite Protected(string name) => new() { Name = name, Policy = ClientCertificatePolicy.Required, ClientRoots = [pki.Ca] };
}
