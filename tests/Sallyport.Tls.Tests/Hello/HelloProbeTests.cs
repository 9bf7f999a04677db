using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Hello;

public sealed class HelloProbeTests(TestPki pki) : IClassFixture<TestPki>
{
    private static readonly HelloLimits Patient = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task TLS_1_2_shows_chain_key_exchange_and_the_request_for_a_certificate()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync(
            "-cert", pki.ServerFile, "-key", pki.ServerKeyFile, "-Verify", "1", "-CAfile", pki.CaFile, "-alpn", "h2");
        HelloRequest request = HelloRequest.ForTls12("localhost") with { Alpn = ["h2"], Grease = true };
        ServerFlight flight = (await AskAsync(server, request)).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        flight.Version.ShouldBe(TlsVersion.Tls12);
        flight.IsComplete.ShouldBeTrue(flight.Defect);
        flight.Suite.Authentication.ShouldBe("ECDSA");
        flight.Alpn.ShouldBe("h2");
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(flight.Certificates[0].AsSpan());
        leaf.Subject.ShouldBe("CN=localhost");
        flight.KeyExchange.ShouldNotBeNull().Group.ShouldBe(NamedGroup.X25519);
        flight.KeyExchange.IsSigned.ShouldBeTrue();
        flight.CertificateRequest.ShouldNotBeNull().AuthorityNames.Single().AsSpan().SequenceEqual(pki.Ca.SubjectName.RawData).ShouldBeTrue();
        flight.CertificateRequest.SignatureSchemes.ShouldContain(SignatureScheme.EcdsaSecp256R1Sha256);
        flight.DowngradeSentinel.ShouldBe(TlsVersion.Tls12);
        (flight.SecureRenegotiation, flight.ExtendedMasterSecret, flight.SessionTicketOffered).ShouldBe((true, true, true));
    }

    [Fact]
    public async Task Without_Verify_there_is_no_request_for_a_certificate()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.ServerFile, "-key", pki.ServerKeyFile);
        ServerFlight flight = (await AskAsync(server, HelloRequest.ForTls12("localhost"))).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        flight.IsComplete.ShouldBeTrue(flight.Defect);
        flight.CertificateRequest.ShouldBeNull();
    }

    [Fact]
    public async Task TLS_1_3_answers_with_its_share_or_asks_for_another()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.ServerFile, "-key", pki.ServerKeyFile, "-groups", "P-384");
        HelloRequest request = HelloRequest.ForTls13("localhost");
        HelloAnswer.Retry retry = (await AskAsync(server, request with { KeyShareGroups = [] })).ShouldBeOfType<HelloAnswer.Retry>();
        retry.Group.ShouldBe(NamedGroup.Secp384R1);
        retry.Version.ShouldBe(TlsVersion.Tls13);
        ServerFlight flight = (await AskAsync(server, request with { KeyShareGroups = [NamedGroup.Secp384R1] })).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        (flight.Version, flight.KeyExchange?.Group).ShouldBe((TlsVersion.Tls13, NamedGroup.Secp384R1));
    }

    [Fact]
    public async Task A_hello_is_understood_however_it_is_cut()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.ServerFile, "-key", pki.ServerKeyFile);
        HelloFragmentation[] cuts =
        [
            new() { RecordSizes = [64] },
            new() { WriteSizes = [1] },
            new() { RecordSizes = [100, 7], WriteSizes = [3, 50] },
        ];
        foreach (HelloFragmentation cut in cuts)
        {
            HelloAnswer answer = await AskAsync(server, HelloRequest.ForTls13("localhost") with { Fragmentation = cut });
            answer.ShouldBeOfType<HelloAnswer.ServerHello>().Flight.Version.ShouldBe(TlsVersion.Tls13);
        }
    }

    [Fact]
    public async Task A_fallback_below_the_best_version_is_refused_with_alert_86()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.ServerFile, "-key", pki.ServerKeyFile);
        HelloAnswer answer = await AskAsync(server, HelloRequest.ForTls12("localhost") with { FallbackScsv = true });
        answer.ShouldBeOfType<HelloAnswer.Alerted>().Alert.Description.ShouldBe(AlertDescription.InappropriateFallback);
    }

    [Theory]
    [InlineData(TlsVersion.Tls10)]
    [InlineData(TlsVersion.Tls11)]
    public async Task Old_versions_are_spoken_where_the_platform_no_longer_can(TlsVersion version)
    {
        string configuration = LegacyConfiguration();
        await using OpensslPeer server = await OpensslPeer.StartWithAsync(
            configuration, "-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile, "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-Verify", "1", "-CAfile", pki.CaFile);
        HelloRequest request = HelloRequest.Legacy(version, [new CipherSuite(0x002F), new CipherSuite(0x0002)], "localhost");
        ServerFlight flight = (await AskAsync(server, request)).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        (flight.Version, flight.Suite.Value).ShouldBe((version, (ushort)0x002F));
        flight.CertificateRequest.ShouldNotBeNull().SignatureSchemes.ShouldBeEmpty();
        flight.KeyExchange.ShouldBeNull();
        ServerFlight none = (await AskAsync(server, HelloRequest.Legacy(version, [new CipherSuite(0x0002)]))).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        none.Suite.IsNull.ShouldBeTrue();
    }

    [Fact]
    public async Task Ephemeral_Diffie_Hellman_shows_its_prime()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile, "-tls1_2");
        ServerFlight flight = (await AskAsync(server, HelloRequest.Legacy(TlsVersion.Tls12, [new CipherSuite(0x009E)]))).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        flight.KeyExchange.ShouldNotBeNull().DhPrimeBits.ShouldBeGreaterThanOrEqualTo(2048);
        flight.KeyExchange.Signature.ShouldNotBeNull().IsRsa.ShouldBeTrue();
    }

    [Theory]
    [InlineData(TlsVersion.Ssl2)]
    [InlineData(TlsVersion.Ssl3)]
    public async Task A_modern_server_refuses_the_oldest_hellos(TlsVersion version)
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.ServerFile, "-key", pki.ServerKeyFile);
        HelloAnswer answer = await AskAsync(server, HelloRequest.Legacy(version, [new CipherSuite(0xC009), new CipherSuite(0x002F)]));
        (answer is HelloAnswer.Alerted or HelloAnswer.Closed).ShouldBeTrue(answer.ToString());
    }

    [Fact]
    public async Task A_silent_server_is_a_time_out_and_a_closing_one_closed()
    {
        await using var silent = new RawServer(static (_, token) => Task.Delay(Timeout.Infinite, token));
        (await AskAsync(silent, Patient with { Timeout = TimeSpan.FromMilliseconds(200) })).ShouldBe(new HelloAnswer.TimedOut());
        await using var closing = new RawServer(static async (stream, token) => await stream.ReadExactlyAsync(new byte[10], token));
        (await AskAsync(closing, Patient)).ShouldBe(new HelloAnswer.Closed());
    }

    [Fact]
    public async Task A_server_that_never_stops_talking_is_cut_off()
    {
        await using var server = new RawServer(static async (stream, token) =>
        {
            byte[] record = [22, 3, 3, 0, 0];
            while (!token.IsCancellationRequested)
            {
                await stream.WriteAsync(record, token);
            }
        });
        (await AskAsync(server, Patient)).ShouldBeOfType<HelloAnswer.Malformed>();
    }

    [Fact]
    public async Task A_tarpit_of_single_bytes_ends_with_the_time()
    {
        await using var server = new RawServer(static async (stream, token) =>
        {
            byte[] start = [22, 3, 3, 64, 0, 2, 0, 63, 252];
            await stream.WriteAsync(start, token);
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
            while (await tick.WaitForNextTickAsync(token))
            {
                await stream.WriteAsync(new byte[1], token);
            }
        });
        (await AskAsync(server, Patient with { Timeout = TimeSpan.FromMilliseconds(200) })).ShouldBe(new HelloAnswer.TimedOut());
    }

    [Fact]
    public async Task Plain_HTTP_is_told_from_TLS()
    {
        await using var server = new RawServer(static async (stream, token) =>
        {
            await stream.ReadExactlyAsync(new byte[10], token);
            await stream.WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), token);
        });
        (await AskAsync(server, Patient)).ShouldBeOfType<HelloAnswer.NotTls>().FirstBytes.Length.ShouldBe(28);
    }

    [Fact]
    public async Task The_callers_cancel_throws()
    {
        await using var server = new RawServer(static (_, token) => Task.Delay(Timeout.Infinite, token));
        using var cancel = new CancellationTokenSource();
        await using Stream stream = await server.ConnectAsync(TestContext.Current.CancellationToken);
        Task<HelloAnswer> waiting = HelloProbe.SendAsync(stream, HelloRequest.ForTls13(null), Patient, cancel.Token);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    internal static string LegacyText => """
        openssl_conf = top
        [top]
        ssl_conf = ssl
        [ssl]
        system_default = old
        [old]
        MinProtocol = TLSv1
        CipherString = ALL:COMPLEMENTOFALL:@SECLEVEL=0
        """;

    private string LegacyConfiguration() => pki.Write("legacy.cnf", LegacyText);

    private static async Task<HelloAnswer> AskAsync(OpensslPeer server, HelloRequest request)
    {
        await using Stream stream = await server.ConnectAsync();
        return await HelloProbe.SendAsync(stream, request, Patient, TestContext.Current.CancellationToken);
    }

    private static async Task<HelloAnswer> AskAsync(RawServer server, HelloLimits limits)
    {
        await using Stream stream = await server.ConnectAsync(TestContext.Current.CancellationToken);
        return await HelloProbe.SendAsync(stream, HelloRequest.ForTls12("a.test"), limits, TestContext.Current.CancellationToken);
    }
}
