using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Pkits;

/// <summary>NIST's certificates and lists as a corpus: every shape they have, with octets changed.</summary>
public sealed class PkitsFuzzTests
{
    private static readonly DateTimeOffset Clock = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void Never_throws_and_never_verifies_a_changed_certificate(int seed)
    {
        string folder = Folder();
        var random = new Random(seed);
        byte[][] files = [.. Directory.GetFiles(Path.Combine(folder, "certs")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        TrustAnchor.TryRead(File.ReadAllBytes(Path.Combine(folder, "certs", "TrustAnchorRootCertificate.crt")), out TrustAnchor? anchor).ShouldBeTrue();
        var policy = new ChainPolicy { Profile = null, MaxIntermediates = 10, Revocation = new RevocationPolicy { Mode = RevocationMode.Off } };
        var verifier = new ChainVerifier([anchor.ShouldNotBeNull()], [], policy);
        ImmutableHashSet<CertificateThumbprint> genuine = [.. files.Select(static f => CertificateThumbprint.Of(f))];
        for (int round = 0; round < 2_000; round++)
        {
            byte[] leaf = ReaderFuzzTests.Mutate(files[random.Next(files.Length)], random);
            ReadOnlyMemory<byte>[] others = [.. Enumerable.Range(0, 6).Select(_ => (ReadOnlyMemory<byte>)ReaderFuzzTests.Mutate(files[random.Next(files.Length)], random))];
            if (verifier.Verify(leaf, others, RevocationSnapshot.Empty, Clock) is ChainVerdict.Verified { Certificate: var proof })
            {
                proof.Path.ShouldAllBe(c => genuine.Contains(c.Thumbprint), $"round {round}");
            }
        }
    }

    [Theory]
    [InlineData(23)]
    [InlineData(24)]
    public void Never_throws_on_a_changed_list(int seed)
    {
        var random = new Random(seed);
        byte[][] files = [.. Directory.GetFiles(Path.Combine(Folder(), "crls")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        int read = 0;
        for (int round = 0; round < 5_000; round++)
        {
            byte[] der = ReaderFuzzTests.Mutate(files[random.Next(files.Length)], random);
            bool ok = CertificateRevocationList.TryRead(der, out CertificateRevocationList? list, out CertificateDefect? defect);
            (ok ? list is not null : defect is not null).ShouldBeTrue();
            read += ok ? 1 : 0;
        }

        read.ShouldBePositive();
    }

    private static string Folder()
    {
        string? folder = PkitsCase.FindFolder();
        Assert.SkipWhen(folder is null, "NIST PKITS is not beside the repository (../shared/conformance/pkits).");
        return folder.ShouldNotBeNull();
    }
}
