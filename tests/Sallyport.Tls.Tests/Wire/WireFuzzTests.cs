using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Wire;

/// <summary>A parser passes when it returns; an exception or a hang is the failure.</summary>
public sealed class WireFuzzTests
{
    private static readonly ushort[] Suites = [0xC02F, 0x0033, 0xC018, 0x00AA, 0x1301, 0xC0FF];

    [Fact]
    public void No_parser_throws_on_arbitrary_bytes() =>
        Prop.ForAll<byte[]>(static bytes =>
        {
            ReadEverything(bytes);
            ReadEverything([.. SyntheticFlight.Random, .. bytes]);
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void No_parser_throws_on_a_damaged_message()
    {
        var random = new Random(20_261_122);
        foreach (byte[] message in SyntheticFlight.Tls12Messages())
        {
            for (int turn = 0; turn < 300; turn++)
            {
                byte[] damaged = Damage(message, random);
                ReadEverything(damaged.AsSpan(Math.Min(4, damaged.Length)));
            }
        }
    }

    [Fact]
    public void The_flight_reader_answers_every_damaged_flight()
    {
        var random = new Random(42);
        byte[][] flights = [SyntheticFlight.Tls12Flight(), SyntheticFlight.Tls13Hello(), SyntheticFlight.Tls13Hello(retry: true)];
        var kinds = new HashSet<Type>();
        for (int turn = 0; turn < 6000; turn++)
        {
            byte[] bytes = Damage(flights[turn % flights.Length], random);
            var request = new HelloRequest { Ssl2Hello = turn % 7 == 0 };
            kinds.Add(Answer(bytes, request, (turn % 50) + 1).GetType());
        }

        kinds.ShouldContain(typeof(HelloAnswer.ServerHello));
        kinds.ShouldContain(typeof(HelloAnswer.Malformed));
        kinds.ShouldContain(typeof(HelloAnswer.NotTls));
    }

    [Fact]
    public void The_flight_reader_answers_arbitrary_bytes() =>
        Prop.ForAll<byte[], bool>(static (bytes, ssl2) => Answer(bytes, new HelloRequest { Ssl2Hello = ssl2 }, 3) is not null)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void A_flight_cut_at_each_byte_is_never_complete()
    {
        byte[] flight = SyntheticFlight.Tls12Flight();
        for (int length = 0; length < flight.Length; length++)
        {
            HelloAnswer answer = Answer(flight[..length], new HelloRequest(), 1000);
            (answer is HelloAnswer.Closed or HelloAnswer.Malformed or HelloAnswer.ServerHello { Flight: { IsComplete: false, Defect: not null } })
                .ShouldBeTrue($"{length}: {answer}");
        }
    }

    private static HelloAnswer Answer(byte[] bytes, HelloRequest request, int step)
    {
        var reader = new FlightReader(request, HelloLimits.Default);
        for (int position = 0; position < bytes.Length; position += step)
        {
            if (reader.Feed(bytes.AsSpan(position, Math.Min(step, bytes.Length - position))) is { } answer)
            {
                return answer;
            }
        }

        return reader.End();
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        byte[] bytes = [.. original];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return random.Next(4) switch
        {
            0 => bytes[..random.Next(bytes.Length)],
            1 => [.. bytes, .. bytes.Take(random.Next(20))],
            _ => bytes,
        };
    }

    private static void ReadEverything(ReadOnlySpan<byte> bytes)
    {
        ServerHelloMessage.TryRead(bytes, out _);
        EncryptedExtensionsMessage.TryRead(bytes, out EncryptedExtensionsMessage? extensions);
        _ = extensions?.Alpn;
        CertificateMessage.TryRead12(bytes, out _);
        CertificateMessage.TryRead13(bytes, out _);
        CertificateMessage.ReadStatus(bytes);
        CertificateRequestMessage.TryRead12(bytes, TlsVersion.Tls12, out _);
        CertificateRequestMessage.TryRead12(bytes, TlsVersion.Tls10, out _);
        CertificateRequestMessage.TryRead13(bytes, out _);
        CertificateVerifyMessage.TryRead(bytes, out _);
        NewSessionTicketMessage.TryRead12(bytes, out _);
        NewSessionTicketMessage.TryRead13(bytes, out _);
        Ssl2Wire.TryReadServerHello(bytes, out _);
        foreach (ushort suite in Suites)
        {
            ServerKeyExchangeMessage.TryRead(bytes, new CipherSuite(suite), TlsVersion.Tls12, out _);
        }
    }
}
