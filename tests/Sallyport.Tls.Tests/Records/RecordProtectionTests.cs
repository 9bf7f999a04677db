using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Sallyport.Tls.Client;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Records;

namespace Sallyport.Tls.Tests.Records;

public sealed class RecordProtectionTests
{
    private const ushort Version = 0x0303;

    public static IEnumerable<TheoryDataRow<int, TlsVersion, bool>> Kinds()
    {
        for (int number = 0; number <= 0xFFFF; number++)
        {
            if (!SuiteParameters.TryFind((ushort)number, out SuiteParameters? suite))
            {
                continue;
            }

            yield return new(number, suite.KeyExchange == SuiteKeyExchange.Tls13 ? TlsVersion.Tls13 : TlsVersion.Tls12, false);
            if (suite.IsCbc)
            {
                yield return new(number, TlsVersion.Tls12, true);
                yield return new(number, TlsVersion.Tls11, false);
                yield return new(number, TlsVersion.Tls10, false);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Opens_what_it_sealed_and_nothing_else(int number, TlsVersion version, bool encryptThenMac)
    {
        SuiteParameters.TryFind((ushort)number, out SuiteParameters? suite).ShouldBeTrue();
        (RecordProtection sender, RecordProtection receiver) = Pair(suite, version, encryptThenMac);
        using RecordProtection seal = sender;
        using RecordProtection open = receiver;
        foreach (int length in new[] { 0, 1, 15, 16, 17, 1000, RecordProtection.MaxPlaintext })
        {
            byte[] content = RandomNumberGenerator.GetBytes(length);
            byte[] record = seal.Seal(RecordType.Handshake, Version, content);

            OpenedRecord opened = open.Open(record[0], Version, record.AsSpan(5)).ShouldNotBeNull();
            opened.Type.ShouldBe(RecordType.Handshake);
            opened.Plaintext.ShouldBe(content);
        }

        byte[] last = seal.Seal(RecordType.Handshake, Version, [1, 2, 3]);
        for (int bit = 0; bit < 8 * (last.Length - 5); bit += 5)
        {
            byte[] changed = [.. last];
            changed[5 + (bit / 8)] ^= (byte)(1 << (bit % 8));

            // In TLS 1.0 the vector chains from the last record seen, so a wrong one leaves nothing to try again.
            if (version > TlsVersion.Tls10)
            {
                open.Open(changed[0], Version, changed.AsSpan(5)).ShouldBeNull($"bit {bit}");
            }
        }

        open.Open(last[0], Version, last.AsSpan(5, last.Length - 6)).ShouldBeNull();
        open.Open(last[0], Version, default).ShouldBeNull();
        if (version > TlsVersion.Tls10)
        {
            open.Open(last[0], Version, last.AsSpan(5)).ShouldNotBeNull();
            open.Open(last[0], Version, last.AsSpan(5)).ShouldBeNull("a record twice");
        }
    }

    [Fact]
    public void Refuses_a_tls13_record_of_padding_alone()
    {
        SuiteParameters.TryFind(0x1301, out SuiteParameters? suite).ShouldBeTrue();
        (RecordProtection sender, RecordProtection receiver) = Pair(suite, TlsVersion.Tls13, false);
        using RecordProtection seal = sender;
        using RecordProtection open = receiver;

        open.Open(RecordType.ApplicationData, Version, seal.Seal(0, Version, new byte[20]).AsSpan(5)).ShouldBeNull();
        OpenedRecord padded = open.Open(RecordType.ApplicationData, Version, seal.Seal(0, Version, [7, RecordType.ApplicationData, 0, 0]).AsSpan(5)).ShouldNotBeNull();
        padded.Plaintext.ShouldBe([7]);
    }

    [Fact]
    public void Random_bytes_open_nothing_and_throw_nothing()
    {
        var random = new Random(20261122);
        foreach (TheoryDataRow<int, TlsVersion, bool> row in Kinds().Where((_, index) => index % 5 == 0))
        {
            (int number, TlsVersion version, bool encryptThenMac) = row.Data;
            SuiteParameters.TryFind((ushort)number, out SuiteParameters? suite).ShouldBeTrue();
            (RecordProtection sender, RecordProtection receiver) = Pair(suite, version, encryptThenMac);
            using RecordProtection unused = sender;
            using RecordProtection open = receiver;
            for (int i = 0; i < 200; i++)
            {
                var body = new byte[random.Next(0, 600)];
                random.NextBytes(body);
                open.Open((byte)random.Next(20, 25), Version, body).ShouldBeNull();
            }
        }
    }

    private static (RecordProtection Sender, RecordProtection Receiver) Pair(SuiteParameters suite, TlsVersion version, bool encryptThenMac)
    {
        byte[] secret = RandomNumberGenerator.GetBytes(48);
        if (version == TlsVersion.Tls13)
        {
            return (new Tls13Protection(suite, secret), new Tls13Protection(suite, secret));
        }

        byte[] random = RandomNumberGenerator.GetBytes(32);
        Keys12 ours = Keys12.Derive(suite, version, secret, random, random, encryptThenMac);
        Keys12 theirs = Keys12.Derive(suite, version, secret, random, random, encryptThenMac);
        ours.Server.Dispose();
        theirs.Server.Dispose();
        return (ours.Client, theirs.Client);
    }
}
