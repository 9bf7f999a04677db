using System;
using System.Diagnostics;
using System.Formats.Asn1;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Bench;

/// <summary>A large CRL: read, indexed and its signature verified, beside SHA-256 over the same octets and beside <c>openssl crl</c>.</summary>
internal static class CrlBench
{
    private const int SerialOctets = 20;

    public static async Task<string> RunAsync(int count, int rounds)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 authority = ChainBench.Authority("CN=Root,O=Bench", key).CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        CertificateProfile signer = ChainBench.Read(authority);
        (byte[] crl, byte[][] some) = Make(authority.SubjectName, key, count, now);
        Figures hash = new(), load = new(), ratio = new(), kept = new(), look = new(), wall = new(), memory = new();
        string folder = Directory.CreateTempSubdirectory("sallyport-bench-").FullName;
        string file = Path.Combine(folder, "list.crl"), ca = Path.Combine(folder, "ca.pem");
        await File.WriteAllBytesAsync(file, crl);
        await File.WriteAllTextAsync(ca, authority.ExportCertificatePem());
        for (int round = -1; round < rounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            SHA256.HashData(crl);
            double digest = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            long before = GC.GetTotalMemory(forceFullCollection: true);
            start = Stopwatch.GetTimestamp();
            if (!CertificateRevocationList.TryRead(crl, out CertificateRevocationList? list, out CertificateDefect? defect, maxBytes: 1 << 30) || !list.IsSignedBy(signer) || list.Count != count)
            {
                throw new InvalidOperationException($"The list was not read and verified: {defect}");
            }

            double loaded = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            long held = GC.GetTotalMemory(forceFullCollection: true) - before;
            double found = LookUp(list, some);
            GC.KeepAlive(list);
            ToolRun openssl = await ToolRun.StartAsync("openssl", "crl", "-in", file, "-inform", "DER", "-noout", "-CAfile", ca);
            if (openssl.ExitCode != 0 || !openssl.Output.Contains("verify OK", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"openssl crl: {openssl.Output}");
            }

            Console.Error.WriteLine($"round {round + 1}: SHA-256 {digest:F1} ms, ours {loaded:F1} ms, openssl {openssl.Wall.TotalMilliseconds:F0} ms");
            if (round >= 0)
            {
                hash.Add(digest);
                load.Add(loaded);
                ratio.Add(loaded / digest);
                kept.Add(held / 1e6);
                look.Add(found);
                wall.Add(openssl.Wall.TotalMilliseconds);
                memory.Add(openssl.PeakBytes / 1e6);
            }
        }

        Directory.Delete(folder, recursive: true);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{count} entries, serials of {SerialOctets} octets, every other entry with a reason: {crl.Length / 1e6:F1} MB of DER, ECDSA P-256 with SHA-256.\n\n");
        text.Append("| what | measured: median (min to max) | ratio to SHA-256 |\n|---|---|---|\n");
        text.Append(CultureInfo.InvariantCulture, $"| SHA-256 over the same octets, ms | {hash.Text("F1")} | 1 |\n");
        text.Append(CultureInfo.InvariantCulture, $"| read, indexed and signature verified, ms | {load.Text("F1")} | {ratio.Text("F1")} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| kept afterwards, MB | {kept.Text("F1")} | |\n");
        text.Append(CultureInfo.InvariantCulture, $"| one look-up, ns | {look.Text("F0")} | |\n");
        text.Append(CultureInfo.InvariantCulture, $"| `openssl crl -noout -CAfile`, whole process, ms | {wall.Text("F0")} | {wall.Median / hash.Median:F1} |\n");
        text.Append(CultureInfo.InvariantCulture, $"| its peak memory, MB | {memory.Text("F0")} | |\n");
        return text.ToString();
    }

    private static double LookUp(CertificateRevocationList list, byte[][] some)
    {
        int found = 0;
        long start = Stopwatch.GetTimestamp();
        foreach (byte[] serial in some)
        {
            found += list.Find(serial) is null ? 0 : 1;
        }

        double each = Stopwatch.GetElapsedTime(start).TotalNanoseconds / some.Length;
        return found == some.Length / 2 ? each : throw new InvalidOperationException($"{found} of {some.Length} serials were found.");
    }

    /// <summary>A list, and serials of which every other one is on it.</summary>
    private static (byte[] Crl, byte[][] Some) Make(X500DistinguishedName issuer, ECDsa key, int count, DateTimeOffset now)
    {
        byte[] time = Utc(now.AddDays(-30));
        byte[] reason = [0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01, 0x01];
        var random = new Random(20261122);
        byte[][] some = new byte[Math.Min(count, 100_000) / 2 * 2][];
        int plain = 2 + SerialOctets + time.Length;
        byte[] entries = new byte[checked((int)(((long)count * (plain + 2)) + ((long)((count + 1) / 2) * reason.Length)))];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            int length = plain + (i % 2 == 0 ? reason.Length : 0);
            entries[at++] = 0x30;
            entries[at++] = (byte)length;
            entries[at++] = 0x02;
            entries[at++] = SerialOctets;
            Span<byte> serial = entries.AsSpan(at, SerialOctets);
            random.NextBytes(serial);
            serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
            at += SerialOctets;
            time.CopyTo(entries, at);
            at += time.Length;
            if (i % 2 == 0)
            {
                reason.CopyTo(entries, at);
                at += reason.Length;
            }

            if (i % Math.Max(1, count / (some.Length / 2)) == 0 && i / Math.Max(1, count / (some.Length / 2)) is var slot && slot < some.Length / 2)
            {
                some[slot * 2] = serial.ToArray();
                some[(slot * 2) + 1] = [0x20, .. RandomNumberGenerator.GetBytes(SerialOctets - 1)];
            }
        }

        random.Shuffle(some);
        var signed = new AsnWriter(AsnEncodingRules.DER, entries.Length + 512);
        using (signed.PushSequence())
        {
            signed.WriteInteger(1);
            Algorithm(signed);
            signed.WriteEncodedValue(issuer.RawData);
            signed.WriteUtcTime(now.AddHours(-1));
            signed.WriteUtcTime(now.AddDays(7));
            signed.WriteEncodedValue(Sequence(entries));
            using (signed.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (signed.PushSequence())
            using (signed.PushSequence())
            {
                signed.WriteObjectIdentifier("2.5.29.20");
                signed.WriteOctetString([0x02, 0x01, 0x07]);
            }
        }

        byte[] tbs = signed.Encode();
        var whole = new AsnWriter(AsnEncodingRules.DER, tbs.Length + 512);
        using (whole.PushSequence())
        {
            whole.WriteEncodedValue(tbs);
            Algorithm(whole);
            whole.WriteBitString(key.SignData(tbs, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return (whole.Encode(), some);
    }

    private static void Algorithm(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.10045.4.3.2");
        }
    }

    private static byte[] Utc(DateTimeOffset time)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteUtcTime(time);
        return writer.Encode();
    }

    // AsnWriter would parse the content: that of ten million entries takes it longer than everything that is measured.
    private static byte[] Sequence(byte[] content)
    {
        int length = content.Length;
        byte[] octets = length > 0xffffff ? [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length] : [(byte)(length >> 16), (byte)(length >> 8), (byte)length];
        return length > 0xffff ? [0x30, (byte)(0x80 | octets.Length), .. octets, .. content] : throw new ArgumentException("Too few entries for a bench.", nameof(content));
    }
}
