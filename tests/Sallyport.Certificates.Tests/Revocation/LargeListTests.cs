using System;
using System.Formats.Asn1;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Revocation;

public sealed class LargeListTests : IDisposable
{
    private const int Entries = 1_000_000;

    private readonly Authority _root = Authority.Root();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_million_entries_stay_under_24_MB_and_every_one_is_found()
    {
        CertificateRevocationList list = Load(out WeakReference der);
        list.Count.ShouldBe(Entries);
        list.IsSignedBy(_root.Profile).ShouldBeTrue();
        list.KeptBytes.ShouldBeLessThan(24_000_000);
        GC.Collect();
        der.IsAlive.ShouldBeFalse("the list's own octets are let go");

        Span<byte> serial = stackalloc byte[20];
        for (int i = 0; i < Entries; i += 97)
        {
            Serial(i, serial);
            list.Find(serial).ShouldBe(i % 3 == 0 ? RevocationReason.KeyCompromise : RevocationReason.Unspecified);
            Serial(-1 - i, serial);
            list.Find(serial).ShouldBeNull();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private CertificateRevocationList Load(out WeakReference der)
    {
        byte[] octets = Write();
        der = new WeakReference(octets);
        CertificateRevocationList.TryRead(octets, out CertificateRevocationList? list, out CertificateDefect? defect).ShouldBeTrue(defect?.ToString());
        return list.ShouldNotBeNull();
    }

    /// <summary>Nested sequences cost the platform's writer minutes at this size; each entry is handed over whole.</summary>
    private byte[] Write() => RevocationTests.SignedListDer(_root, static _ => { }, WriteEntries, capacity: 64 << 20);

    private static void WriteEntries(AsnWriter writer)
    {
        byte[] plain = [0x30, 37, 0x02, 20, .. new byte[20], 0x17, 0x0d, .. "260131000000Z"u8];
        byte[] reasoned = [0x30, 51, .. plain.AsSpan(2), 0x30, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, 0x0a, 0x01, 0x01];
        for (int i = 0; i < Entries; i++)
        {
            byte[] entry = i % 3 == 0 ? reasoned : plain;
            Serial(i, entry.AsSpan(4, 20));
            writer.WriteEncodedValue(entry);
        }
    }

    /// <summary>Twenty octets that look random, positive and minimal.</summary>
    private static void Serial(int i, Span<byte> serial)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(BitConverter.GetBytes(i), hash);
        hash[..20].CopyTo(serial);
        serial[0] = (byte)((serial[0] & 0x3f) | 0x40);
    }
}
