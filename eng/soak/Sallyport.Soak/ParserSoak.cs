using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Certificates;
using Sallyport.Certificates.Revocation;
using Sallyport.Scan.Config;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Transport;

namespace Sallyport.Soak;

/// <summary>What reads other people's bytes, under changed ones: it says no, or yes, in time, and throws nothing.</summary>
internal static class ParserSoak
{
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(5);

    /// <summary>How many inputs made a parser throw or take longer than five seconds.</summary>
    /// <param name="howLong">How long to go on.</param>
    /// <param name="seed">Makes a run again what it was.</param>
    /// <param name="output">A line for every failure, with the input, and one at the end.</param>
    public static async Task<int> RunAsync(TimeSpan howLong, int seed, TextWriter output)
    {
        var random = new Random(seed);
        (string Name, byte[] Sample, Action<byte[]> Read)[] parsers = Parsers();
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        int wrong = 0;
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < howLong)
        {
            (string name, byte[] sample, Action<byte[]> read) = parsers[random.Next(parsers.Length)];
            byte[] input = Changed(sample, random);
            long began = TimeProvider.System.GetTimestamp();
            string? fault = Fault(read, input);
            TimeSpan took = TimeProvider.System.GetElapsedTime(began);
            counts[name] = counts.GetValueOrDefault(name) + 1;
            if (fault is not null || took > s_slow)
            {
                wrong++;
                await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{name}: {fault ?? "slow"} after {took.TotalSeconds:F1} s: {Convert.ToBase64String(input)}")).ConfigureAwait(false);
            }
        }

        string told = string.Join(", ", counts.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value}")));
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {told}; {wrong} wrong")).ConfigureAwait(false);
        return wrong;
    }

    private static (string, byte[], Action<byte[]>)[] Parsers()
    {
        using var pki = new OrdersPki(TimeProvider.System);
        byte[] certificate = pki.Alice.Forged.Leaf.ToArray();
        byte[] question = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, (byte)'a', 2, (byte)'c', (byte)'b', 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0, 0, 1, 0, 1];
        byte[] configuration = Encoding.UTF8.GetBytes("target: https://api.example.com\nidentities:\n  alice: { cert: alice.pem, values: { name: alice, orderId: 17 } }\nlimits: { timeout: 60s }\n");
        byte[] token = Encoding.UTF8.GetBytes("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJhbGljZSIsImV4cCI6MTgwMDAwMDAwMCwiYXVkIjpbImEiLCJiIl19.c2lnbmF0dXJl");
        return
        [
            ("certificate", certificate, static input => _ = CertificateProfile.TryRead(input, out _, out _)),
            ("list", pki.RevocationLists[0].ToArray(), static input => _ = CertificateRevocationList.TryRead(input, out _, out _)),
            ("header", Encoding.ASCII.GetBytes(ClientCertHeader.Encode(certificate)), static input => _ = ClientCertHeader.TryDecode(Encoding.Latin1.GetString(input), out _)),
            ("description", Encoding.UTF8.GetBytes(OrdersApp.OpenApi), static input => ApiDescriptionReader.Read(input, "fuzz", null)),
            ("yaml", configuration, static input => YamlText.Read(input, YamlLimits.Configuration)),
            ("token", token, static input => _ = JsonWebToken.TryParse(Encoding.Latin1.GetString(input), out _, out _)),
            ("question", question, static input => DnsAnswer.To(input, "cb.test", IPAddress.Loopback, out _)),
        ];
    }

    private static string? Fault(Action<byte[]> read, byte[] input)
    {
        try
        {
            read(input);
            return null;
        }
        catch (Exception e)
        {
            // Whatever it is: none of them may throw on any bytes.
            return e.GetType().Name;
        }
    }

    private static byte[] Changed(byte[] sample, Random random)
    {
        var bytes = new List<byte>(sample);
        for (int change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 32), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(random.Next(1, 64), bytes.Count)));
                    break;
                default:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)random.Next(256), random.Next(1, 16)).ToArray());
                    break;
            }
        }

        return [.. bytes];
    }
}
