using System.Linq;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Tests.Wire;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Hello;

public sealed class FlightReaderTests
{
    [Fact]
    public void A_whole_TLS_1_2_flight_gives_every_fact()
    {
        ServerFlight flight = Read(SyntheticFlight.Tls12Flight()).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        flight.IsComplete.ShouldBeTrue();
        flight.Defect.ShouldBeNull();
        flight.Suite.Value.ShouldBe((ushort)0xC02F);
        flight.Alpn.ShouldBe("h2");
        flight.Certificates.Length.ShouldBe(2);
        flight.OcspResponse.ShouldBe([5, 5, 5]);
        flight.KeyExchange.ShouldNotBeNull().Group.ShouldBe(NamedGroup.X25519);
        flight.KeyExchange.Signature.ShouldBe(SignatureScheme.RsaPssRsaeSha256);
        flight.CertificateRequest.ShouldNotBeNull().AuthorityNames.Length.ShouldBe(2);
        flight.CertificateRequest.CertificateTypes.ShouldBe([1, 2, 64]);
        (flight.SecureRenegotiation, flight.SessionTicketOffered, flight.ExtendedMasterSecret, flight.EncryptThenMac).ShouldBe((true, true, true, false));
    }

    [Fact]
    public void Reading_byte_by_byte_gives_the_same()
    {
        var reader = new FlightReader(new HelloRequest(), HelloLimits.Default);
        HelloAnswer? answer = null;
        foreach (byte part in SyntheticFlight.Tls12Flight())
        {
            answer.ShouldBeNull();
            answer = reader.Feed([part]);
        }

        answer.ShouldBeOfType<HelloAnswer.ServerHello>().Flight.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void TLS_1_3_answers_end_at_the_ServerHello()
    {
        ServerFlight flight = Read(SyntheticFlight.Tls13Hello()).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        flight.Version.ShouldBe(TlsVersion.Tls13);
        flight.KeyExchange.ShouldNotBeNull().PublicValue.ShouldBe([9, 9]);
        HelloAnswer.Retry retry = Read(SyntheticFlight.Tls13Hello(retry: true)).ShouldBeOfType<HelloAnswer.Retry>();
        (retry.Group, retry.Suite.Value, retry.Version).ShouldBe((NamedGroup.X25519, (ushort)0x1301, TlsVersion.Tls13));
        retry.Cookie.ShouldBe([8, 8]);
    }

    [Fact]
    public void The_downgrade_sentinel_is_seen()
    {
        byte[] random = [.. SyntheticFlight.Random[..24], .. "DOWNGRD"u8, 1];
        byte[] bytes = SyntheticFlight.Record(22, SyntheticFlight.Message(HandshakeType.ServerHello, SyntheticFlight.ServerHello(0x002F, 0x0303, random)));
        Read(bytes, end: true).ShouldBeOfType<HelloAnswer.ServerHello>().Flight.DowngradeSentinel.ShouldBe(TlsVersion.Tls12);
        Read(SyntheticFlight.Tls12Flight()).ShouldBeOfType<HelloAnswer.ServerHello>().Flight.DowngradeSentinel.ShouldBeNull();
    }

    [Fact]
    public void A_warning_is_passed_over_and_a_fatal_alert_is_the_answer()
    {
        byte[] warning = SyntheticFlight.Record(21, 1, 112);
        Read([.. warning, .. SyntheticFlight.Tls12Flight()]).ShouldBeOfType<HelloAnswer.ServerHello>().Flight.IsComplete.ShouldBeTrue();
        Read([.. warning, .. SyntheticFlight.Record(21, 2, 40)]).ShouldBe(new HelloAnswer.Alerted(new TlsAlert(2, 40)));
        Read(warning, end: true).ShouldBe(new HelloAnswer.Alerted(new TlsAlert(1, 112)));
    }

    [Fact]
    public void An_alert_cut_into_two_records_is_one_alert() =>
        Read([.. SyntheticFlight.Record(21, 2), .. SyntheticFlight.Record(21, 70)]).ShouldBe(new HelloAnswer.Alerted(new TlsAlert(2, 70)));

    [Fact]
    public void An_alert_after_the_ServerHello_is_a_defect_of_the_flight()
    {
        byte[] hello = SyntheticFlight.Record(22, SyntheticFlight.Tls12Messages()[0]);
        ServerFlight flight = Read([.. hello, .. SyntheticFlight.Record(21, 2, 80)]).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        flight.IsComplete.ShouldBeFalse();
        flight.Defect.ShouldNotBeNull().ShouldContain("internal_error (80)");
    }

    [Fact]
    public void Plain_HTTP_is_not_TLS() =>
        Read([.. "HTTP/1.1 400 Bad Request\r\n"u8]).ShouldBeOfType<HelloAnswer.NotTls>().FirstBytes.Take(4).ShouldBe("HTTP"u8.ToArray());

    [Theory]
    [InlineData(new byte[] { 22, 3, 3, 0xFF, 0xFF }, "claims 65535")]
    [InlineData(new byte[] { 22, 3, 3, 0, 4, 2, 0xFF, 0xFF, 0xFF }, "claims 16777215")]
    [InlineData(new byte[] { 23, 3, 3, 0, 1, 0 }, "type 23")]
    [InlineData(new byte[] { 22, 3, 3, 0, 4, 20, 0, 0, 0 }, "type 20")]
    [InlineData(new byte[] { 22, 3, 3, 0, 4, 2, 0, 0, 0 }, "cannot be read")]
    public void Hostile_shapes_are_named(byte[] bytes, string reason) =>
        Read(bytes).ShouldBeOfType<HelloAnswer.Malformed>().Reason.ShouldContain(reason);

    [Fact]
    public void Endless_empty_records_meet_the_limit()
    {
        var reader = new FlightReader(new HelloRequest(), HelloLimits.Default);
        HelloAnswer? answer = null;
        int records = 0;
        while (answer is null)
        {
            answer = reader.Feed(SyntheticFlight.Record(22, []));
            (++records).ShouldBeLessThan(100_000);
        }

        answer.ShouldBeOfType<HelloAnswer.Malformed>();
    }

    [Fact]
    public void Without_the_whole_flight_the_ServerHello_is_enough()
    {
        var reader = new FlightReader(new HelloRequest(), HelloLimits.Default with { ReadWholeFlight = false });
        HelloAnswer? answer = reader.Feed(SyntheticFlight.Record(22, SyntheticFlight.Tls12Messages()[0]));
        answer.ShouldBeOfType<HelloAnswer.ServerHello>().Flight.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public void An_SSL_2_hello_gives_its_cipher_kinds()
    {
        byte[] body = new TlsWriter().U8(4).U8(0).U8(1).U16(2).U16(3).U16(6).U16(16).Bytes([0x30, 1, 0]).Bytes([1, 0, 0x80, 7, 0, 0xC0]).Bytes(new byte[16]).ToArray();
        byte[] bytes = new TlsWriter().U16(0x8000 | body.Length).Bytes(body).ToArray();
        ServerFlight flight = Read(bytes, HelloRequest.Legacy(TlsVersion.Ssl2, [])).ShouldBeOfType<HelloAnswer.ServerHello>().Flight;
        flight.Version.ShouldBe(TlsVersion.Ssl2);
        flight.Ssl2CipherKinds.ShouldBe([0x010080, 0x0700C0]);
        Read([0x80, 3, 0, 0, 1], HelloRequest.Legacy(TlsVersion.Ssl2, [])).ShouldBe(new HelloAnswer.Alerted(new TlsAlert(2, 40)));
        Read(SyntheticFlight.Record(21, 2, 70), HelloRequest.Legacy(TlsVersion.Ssl2, [])).ShouldBe(new HelloAnswer.Alerted(new TlsAlert(2, 70)));
    }

    private static HelloAnswer Read(byte[] bytes, HelloRequest? request = null, bool end = false)
    {
        var reader = new FlightReader(request ?? new HelloRequest(), HelloLimits.Default);
        HelloAnswer? answer = reader.Feed(bytes);
        return end ? answer ?? reader.End() : answer.ShouldNotBeNull();
    }

    private static HelloAnswer Read(byte[] bytes, bool end) => Read(bytes, null, end);
}
