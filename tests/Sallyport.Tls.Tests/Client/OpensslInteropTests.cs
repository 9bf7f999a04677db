using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

public sealed class OpensslInteropTests(TestPki pki) : IClassFixture<TestPki>
{
    [Theory]
    [InlineData(0x1301)]
    [InlineData(0x1302)]
    [InlineData(0x1303)]
    [InlineData(0x1304)]
    [InlineData(0x1305)]
    public async Task Speaks_every_suite_of_tls13(int suite)
    {
        await using OpensslPeer server = await ServerAsync("-www", "-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256");
        ClientScript script = ClientScript.ForServer("localhost");

        await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Hello = script.Hello with { CipherSuites = [new((ushort)suite)] } });
        (string text, ChannelRead end) = await Talk.AskAsync(session);

        session.Version.ShouldBe(TlsVersion.Tls13);
        session.Suite.Value.ShouldBe((ushort)suite);
        session.Group.ShouldBe(NamedGroup.X25519);
        session.ServerSignatureValid.ShouldBe(true);
        session.ServerCertificates.ShouldHaveSingleItem();
        text.ShouldStartWith("HTTP/1.0 200 ok");
        end.ShouldBe(new ChannelRead.Alerted(new TlsAlert(1, 0)));
        session.Tickets.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(0xC02B)]
    [InlineData(0xC02C)]
    [InlineData(0xCCA9)]
    [InlineData(0xC0AC)]
    [InlineData(0xC0AD)]
    [InlineData(0xC0AE)]
    [InlineData(0xC0AF)]
    [InlineData(0xC009)]
    [InlineData(0xC00A)]
    [InlineData(0xC023)]
    [InlineData(0xC024)]
    public Task Speaks_every_suite_of_tls12_with_an_ecdsa_certificate(int suite) => SpeaksTls12Async(suite, pki.ServerFile, pki.ServerKeyFile);

    [Theory]
    [InlineData(0xC02F)]
    [InlineData(0xC030)]
    [InlineData(0xCCA8)]
    [InlineData(0x009E)]
    [InlineData(0x009F)]
    [InlineData(0xCCAA)]
    [InlineData(0xC09E)]
    [InlineData(0xC09F)]
    [InlineData(0x009C)]
    [InlineData(0x009D)]
    [InlineData(0xC09C)]
    [InlineData(0xC09D)]
    [InlineData(0xC013)]
    [InlineData(0xC014)]
    [InlineData(0xC027)]
    [InlineData(0xC028)]
    [InlineData(0x0033)]
    [InlineData(0x0039)]
    [InlineData(0x0067)]
    [InlineData(0x006B)]
    [InlineData(0x002F)]
    [InlineData(0x0035)]
    [InlineData(0x003C)]
    [InlineData(0x003D)]
    public Task Speaks_every_suite_of_tls12_with_an_rsa_certificate(int suite) => SpeaksTls12Async(suite, pki.RsaServerFile, pki.RsaServerKeyFile);

    [Theory]
    [InlineData(0x0017, "P-256")]
    [InlineData(0x0018, "P-384")]
    [InlineData(0x0019, "P-521")]
    [InlineData(0x001D, "X25519")]
    public async Task Agrees_in_every_group_with_and_without_a_retry(int number, string name)
    {
        var group = new NamedGroup((ushort)number);
        await using OpensslPeer server = await ServerAsync("-www", "-groups", name);
        ClientScript script = ClientScript.ForServer("localhost");
        ImmutableArray<NamedGroup>[] offers = [[group], [], [number == 0x17 ? NamedGroup.X25519 : NamedGroup.Secp256R1]];

        foreach (ImmutableArray<NamedGroup> shares in offers)
        {
            await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Hello = script.Hello with { KeyShareGroups = shares } });
            (string text, _) = await Talk.AskAsync(session);

            session.Group.ShouldBe(group);
            text.ShouldStartWith("HTTP/1.0 200 ok");
            session.Transcript.Entries.Any(static entry => entry.Message == "HelloRetryRequest").ShouldBe(!shares.Contains(group));
        }
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Gives_a_good_client_certificate_with_any_kind_of_key(TlsVersion version)
    {
        await using OpensslPeer server = await ServerAsync("-www", "-CAfile", pki.CaFile, "-Verify", "1", "-verify_return_error");
        ClientCredential[] identities = [pki.Good, pki.RsaGood, pki.P384Good];

        foreach (ClientCredential identity in identities)
        {
            await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), Script(version) with { Credential = identity });
            (string text, _) = await Talk.AskAsync(session);

            text.ShouldStartWith("HTTP/1.0 200 ok");
            session.CertificateRequest.ShouldNotBeNull().SignatureSchemes.ShouldNotBeEmpty();
            session.Resumed.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Alerts_tell_the_causes_apart_in_tls13()
    {
        await using OpensslPeer server = await ServerAsync("-www", "-CAfile", pki.CaFile, "-Verify", "1", "-verify_return_error");
        ClientScript script = Script(TlsVersion.Tls13);

        (await Talk.VerdictAsync(await server.ConnectAsync(), script)).ShouldBe(116);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good })).ShouldBeNull();
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateAnswer = CertificateAnswer.Empty })).ShouldBe(116);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Rogue })).ShouldBe(48);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.WrongUsage })).ShouldBe(43);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Expired })).ShouldBe(45);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.SignWrongData })).ShouldBe(51);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.Garbage })).ShouldBe(51);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good with { Key = null } })).ShouldBe(51);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.RsaGood with { Key = null } })).ShouldBe(51);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateAnswer = CertificateAnswer.Omit })).ShouldBe(10);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.Omit })).ShouldBe(10);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyScheme = SignatureScheme.RsaPssRsaeSha256 })).ShouldBe(47);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyScheme = SignatureScheme.EcdsaSha1 })).ShouldBe(47);
    }

    [Fact]
    public async Task Alerts_tell_the_causes_apart_in_tls12()
    {
        await using OpensslPeer server = await ServerAsync("-www", "-CAfile", pki.CaFile, "-Verify", "1", "-verify_return_error");
        ClientScript script = Script(TlsVersion.Tls12);

        (await Talk.VerdictAsync(await server.ConnectAsync(), script)).ShouldBe(40);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Rogue })).ShouldBe(48);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.WrongUsage })).ShouldBe(43);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Expired })).ShouldBe(45);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.SignWrongData })).ShouldBe(51);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateAnswer = CertificateAnswer.Omit })).ShouldBe(10);
        (await Talk.VerdictAsync(await server.ConnectAsync(), script with { Credential = pki.Good, CertificateVerifyAnswer = CertificateVerifyAnswer.Omit })).ShouldBe(10);
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task A_hello_in_pieces_and_a_hello_of_many_records_are_understood(TlsVersion version)
    {
        await using OpensslPeer server = await ServerAsync("-www");
        ClientScript script = Script(version);
        HelloRequest[] hellos =
        [
            script.Hello with { Fragmentation = new HelloFragmentation { RecordSizes = [1, 64] } },
            script.Hello with { Fragmentation = new HelloFragmentation { WriteSizes = [3] } },
            script.Hello with { PaddingTo = 17_000 },
            script.Hello with { Grease = true, SessionId = [.. Enumerable.Repeat((byte)7, 32)] },
        ];

        foreach (HelloRequest hello in hellos)
        {
            await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Hello = hello });
            (string text, _) = await Talk.AskAsync(session);

            text.ShouldStartWith("HTTP/1.0 200 ok");
        }
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task A_chain_longer_than_a_record_arrives_whole(TlsVersion version)
    {
        await using OpensslPeer server = await ServerAsync("-www", "-CAfile", pki.CaFile, "-Verify", "1", "-verify_return_error");
        ClientCredential padded = pki.Good with { Chain = [pki.Good.Chain[0], .. Enumerable.Repeat(pki.Rogue.Chain[0], 60)] };

        await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), Script(version) with { Credential = padded });
        (string text, _) = await Talk.AskAsync(session);

        session.Transcript.Entries.Single(static entry => entry is { Message: "Certificate", Direction: TranscriptDirection.Sent }).Length.ShouldBeGreaterThan(16_384);
        text.ShouldStartWith("HTTP/1.0 200 ok");
    }

    [Fact]
    public async Task Refuses_a_script_that_contradicts_itself()
    {
        await using var stream = new MemoryStream();
        ClientScript script = ClientScript.ForServer("localhost") with { MinimumVersion = TlsVersion.Tls13, MaximumVersion = TlsVersion.Tls12 };

        await Should.ThrowAsync<ArgumentException>(() => TlsClient.HandshakeAsync(stream, script, TimeProvider.System, TestContext.Current.CancellationToken));
        await Should.ThrowAsync<ArgumentException>(() => TlsClient.HandshakeAsync(
            stream, script with { Hello = script.Hello with { Ssl2Hello = true } }, TimeProvider.System, TestContext.Current.CancellationToken));
    }

    internal static ClientScript Script(TlsVersion version) => ClientScript.ForServer("localhost") with { MinimumVersion = version, MaximumVersion = version };

    private async Task SpeaksTls12Async(int suite, string certificate, string key)
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", certificate, "-key", key, "-www", "-cipher", "ALL:@SECLEVEL=0");
        ClientScript script = Script(TlsVersion.Tls12);
        foreach (bool extended in new[] { true, false })
        {
            HelloRequest hello = script.Hello with { CipherSuites = [new((ushort)suite)], ExtendedMasterSecret = extended, EncryptThenMac = extended };
            await using TlsSession session = await Talk.OpenAsync(await server.ConnectAsync(), script with { Hello = hello });
            (string text, ChannelRead end) = await Talk.AskAsync(session);

            session.Version.ShouldBe(TlsVersion.Tls12);
            session.Suite.Value.ShouldBe((ushort)suite);
            session.ExtendedMasterSecret.ShouldBe(extended);
            session.ServerSignatureValid.ShouldBe(session.Suite.IsStaticRsa ? null : true);
            text.ShouldStartWith("HTTP/1.0 200 ok");
            end.ShouldBe(new ChannelRead.Alerted(new TlsAlert(1, 0)));
            session.Tickets.Any(static ticket => ticket.Kind == SessionTicketKind.Tls12Ticket).ShouldBeTrue();
        }
    }

    private Task<OpensslPeer> ServerAsync(params string[] arguments) =>
        OpensslPeer.StartAsync(["-cert", pki.ServerFile, "-key", pki.ServerKeyFile, .. arguments]);
}
