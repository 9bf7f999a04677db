using System;
using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Sallyport.Certificates.Tests;

public sealed class ReaderFuzzTests
{
    [Fact]
    public void Never_throws_on_random_octets() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static octets =>
            CertificateProfile.TryRead(octets, out CertificateProfile? profile, out CertificateDefect? defect)
                ? profile is not null && defect is null
                : profile is null && defect is not null));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Never_throws_on_mutated_certificates(int seed)
    {
        var random = new Random(seed);
        byte[] original = Minted.Rich();
        int read = 0;
        for (int round = 0; round < 20_000; round++)
        {
            byte[] der = Mutate(original, random);
            if (CertificateProfile.TryRead(der, out CertificateProfile? profile, out CertificateDefect? defect))
            {
                read++;
                Touch(profile);
            }
            else
            {
                defect.Field.ShouldNotBeEmpty();
            }
        }

        read.ShouldBeInRange(1, 19_999);
    }

    [Fact]
    public void Never_throws_on_every_prefix_and_every_single_octet_change()
    {
        byte[] original = Minted.Rich();
        for (int i = 0; i < original.Length; i++)
        {
            CertificateProfile.TryRead(original.AsSpan(0, i), out _, out _).ShouldBeFalse();
            foreach (byte value in (ReadOnlySpan<byte>)[0x00, 0x7f, 0x80, 0x81, 0x84, 0xff])
            {
                byte[] changed = [.. original];
                changed[i] = value;
                if (CertificateProfile.TryRead(changed, out CertificateProfile? profile, out _))
                {
                    Touch(profile);
                }
            }
        }
    }

    internal static byte[] Mutate(byte[] original, Random random)
    {
        byte[] der = [.. original];
        for (int n = random.Next(1, 5); n > 0; n--)
        {
            int at = random.Next(der.Length);
            switch (random.Next(4))
            {
                case 0:
                    der[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    der[at] = (byte)random.Next(256);
                    break;
                case 2:
                    int length = random.Next(1, Math.Min(32, der.Length - at) + 1);
                    Array.Copy(der, random.Next(der.Length - length), der, at, length);
                    break;
                default:
                    der = [.. der.AsSpan(0, at), (byte)random.Next(256), .. der.AsSpan(at)];
                    break;
            }
        }

        return der;
    }

    private static void Touch(CertificateProfile profile)
    {
        profile.Subject.Text.ShouldNotBeNull();
        profile.CrlUrls.IsDefault.ShouldBeFalse();
        profile.OcspUrls.IsDefault.ShouldBeFalse();
        profile.UnknownCriticalExtensions.IsDefault.ShouldBeFalse();
        profile.PublicKey.Pin.Length.ShouldBe(SHA256.HashSizeInBytes);
    }
}
