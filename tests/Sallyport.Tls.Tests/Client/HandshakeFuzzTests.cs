using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Tests.Support;

namespace Sallyport.Tls.Tests.Client;

/// <summary>Whatever a server sends, the client answers with an outcome: it never throws and never goes on without end.</summary>
public sealed class HandshakeFuzzTests
{
    private const int Seed = 20261122;
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(150);

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Survives_damaged_handshake_messages(TlsVersion version)
    {
        var random = new Random(Seed);
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript
        {
            Sites = [new ServerSite { Name = "localhost", Policy = ClientCertificatePolicy.Optional }],
            Mutate = message => Damage(message, random, 0.2),
        });

        IReadOnlyList<HandshakeOutcome> outcomes = await RunAsync(server, version, 150);

        outcomes.OfType<HandshakeOutcome.Malformed>().ShouldNotBeEmpty($"seed {Seed}");
    }

    [Theory]
    [InlineData(TlsVersion.Tls12)]
    [InlineData(TlsVersion.Tls13)]
    public async Task Survives_damaged_records(TlsVersion version)
    {
        var random = new Random(Seed);
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript { MutateRecords = bytes => Damage(bytes, random, 0.5) });

        IReadOnlyList<HandshakeOutcome> outcomes = await RunAsync(server, version, 150);

        outcomes.OfType<HandshakeOutcome.Malformed>().ShouldNotBeEmpty($"seed {Seed}");
    }

    [Fact]
    public async Task Survives_a_recorded_flight_with_every_byte_changed()
    {
        byte[] flight = await RecordedFlightAsync();
        var random = new Random(Seed);
        ClientScript script = OpensslInteropTests.Script(TlsVersion.Tls12);
        for (int i = 0; i < flight.Length; i++)
        {
            byte[] changed = [.. flight];
            changed[i] ^= (byte)random.Next(1, 256);

            HandshakeOutcome outcome = await Talk.HandshakeAsync(new CannedStream(changed), script);

            outcome.ShouldNotBeOfType<HandshakeOutcome.Completed>($"byte {i}");
        }
    }

    [Fact]
    public async Task Survives_a_recorded_flight_cut_at_every_byte()
    {
        byte[] flight = await RecordedFlightAsync();
        for (int length = 0; length <= flight.Length; length++)
        {
            HandshakeOutcome outcome = await Talk.HandshakeAsync(new CannedStream(flight[..length]), OpensslInteropTests.Script(TlsVersion.Tls12));

            outcome.ShouldBeOfType<HandshakeOutcome.Closed>($"{length} bytes: {outcome}");
        }
    }

    [Fact]
    public async Task Survives_random_bytes_in_the_shape_of_records()
    {
        var random = new Random(Seed);
        for (int i = 0; i < 1000; i++)
        {
            var body = new byte[random.Next(0, 300)];
            random.NextBytes(body);
            byte[] record = [(byte)random.Next(19, 26), 3, (byte)random.Next(0, 5), (byte)(body.Length >> 8), (byte)body.Length, .. body];
            if (i % 2 == 0 && body.Length > 4)
            {
                record[0] = 22;
                record[5] = 2;
                (record[6], record[7], record[8]) = (0, (byte)((body.Length - 4) >> 8), (byte)(body.Length - 4));
            }

            HandshakeOutcome outcome = await Talk.HandshakeAsync(new CannedStream(record), ClientScript.ForServer("localhost"));

            outcome.ShouldNotBeOfType<HandshakeOutcome.Completed>();
        }
    }

    private static async Task<byte[]> RecordedFlightAsync()
    {
        var recorded = new List<byte>();
        await using ScriptedTlsServer server = ScriptedTlsServer.Start(new ServerScript
        {
            Shape = ServerShape.CloseAfterServerFlight,
            Sites = [new ServerSite { Name = "localhost", Policy = ClientCertificatePolicy.Optional }],
            MutateRecords = bytes =>
            {
                recorded.AddRange(bytes);
                return bytes;
            },
        });
        await Talk.HandshakeAsync(await OpensslPeer.LoopbackAsync(server.Port), OpensslInteropTests.Script(TlsVersion.Tls12));
        return [.. recorded];
    }

    private static byte[] Damage(byte[] bytes, Random random, double chance)
    {
        lock (random)
        {
            if (bytes.Length == 0 || random.NextDouble() > chance)
            {
                return bytes;
            }

            byte[] changed = [.. bytes];
            switch (random.Next(5))
            {
                case 0:
                    changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
                    return changed;
                case 1:
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                    return changed;
                case 2:
                    return changed[..random.Next(changed.Length)];
                case 3:
                    return [.. changed, .. changed];
                default:
                    var inserted = new byte[random.Next(1, 40)];
                    random.NextBytes(inserted);
                    int at = random.Next(changed.Length);
                    return [.. changed[..at], .. inserted, .. changed[at..]];
            }
        }
    }

    private static async Task<IReadOnlyList<HandshakeOutcome>> RunAsync(ScriptedTlsServer server, TlsVersion version, int times)
    {
        var outcomes = new List<HandshakeOutcome>();
        ClientScript script = OpensslInteropTests.Script(version) with { Timeout = _patience };
        for (int i = 0; i < times; i++)
        {
            HandshakeOutcome outcome = await TlsClient.HandshakeAsync(
                await OpensslPeer.LoopbackAsync(server.Port), script, TimeProvider.System, TestContext.Current.CancellationToken);
            outcomes.Add(outcome);
            if (outcome is HandshakeOutcome.Completed completed)
            {
                await using TlsSession session = completed.Session;
                await session.WriteAsync("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
                var buffer = new byte[4096];
                using var limit = new System.Threading.CancellationTokenSource(_patience);
                try
                {
                    while (await session.ReadAsync(buffer, limit.Token) is ChannelRead.Data)
                    {
                        // To the end, whatever it is.
                    }
                }
                catch (OperationCanceledException)
                {
                    // A damaged length makes both sides wait; the limit is the point.
                }
            }
        }

        return outcomes;
    }
}
