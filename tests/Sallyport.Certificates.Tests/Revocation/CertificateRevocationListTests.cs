using System;
using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Revocation;

public sealed class CertificateRevocationListTests : IDisposable
{
    private readonly Authority _root = Authority.Root();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Reads_what_the_platform_writes()
    {
        byte[] der = _root.ListDer(Authority.Now.AddDays(-1), Authority.Now.AddDays(1), _root.Client());
        CertificateRevocationList.TryRead(der, out CertificateRevocationList? list, out _).ShouldBeTrue();
        list.ShouldNotBeNull();
        list.Count.ShouldBe(1);
        list.Issuer.Text.ShouldBe("CN=Root,O=Example");
        list.ThisUpdate.ShouldBe(Authority.Now.AddDays(-1));
        list.NextUpdate.ShouldBe(Authority.Now.AddDays(1));
        list.Number.ShouldBe(Octets.Of([7]));
        list.IsDelta.ShouldBeFalse();
        list.IsIndirect.ShouldBeFalse();
        list.IsSignedBy(_root.Profile).ShouldBeTrue();
        using Authority other = Authority.Root();
        list.IsSignedBy(other.Profile).ShouldBeFalse();
    }

    [Fact]
    public void Names_the_defect()
    {
        byte[] der = _root.ListDer(Authority.Now, Authority.Now.AddDays(1));
        Defect([]).Kind.ShouldBe(CertificateDefectKind.Malformed);
        Defect(der[..(der.Length / 2)]).Kind.ShouldBe(CertificateDefectKind.Malformed);
        Defect([.. der, 0]).Kind.ShouldBe(CertificateDefectKind.TrailingData);
        CertificateRevocationList.TryRead(der, out _, out CertificateDefect? large, maxBytes: der.Length - 1).ShouldBeFalse();
        large.Kind.ShouldBe(CertificateDefectKind.TooLarge);
        Defect(RevocationTests.SignedListDer(_root, static w => RevocationTests.Extension(w, "2.5.29.20", critical: false, [2, 1, 7])))
            .Kind.ShouldBe(CertificateDefectKind.DuplicateExtension);
        Defect(RevocationTests.SignedListDer(_root, static w => RevocationTests.Extension(w, "2.5.29.27", critical: true, [5, 0])))
            .ShouldBe(new CertificateDefect(CertificateDefectKind.MalformedExtension, "2.5.29.27"));
    }

    [Fact]
    public void A_direct_list_may_not_speak_of_other_issuers()
    {
        byte[] names = new X500DistinguishedName("CN=Other").RawData;
        byte[] value = [0x30, (byte)(names.Length + 2), 0xa4, (byte)names.Length, .. names];
        Action<AsnWriter> entry = w => Entry(w, 1, x => RevocationTests.Extension(x, "2.5.29.29", critical: true, value));
        Defect(RevocationTests.SignedListDer(_root, static _ => { }, entry)).Field.ShouldBe("revokedCertificates");
        byte[] indirect = RevocationTests.SignedListDer(_root, static w => RevocationTests.Extension(w, "2.5.29.28", critical: true, [0x30, 3, 0x84, 1, 0xff]), entry);
        CertificateRevocationList.TryRead(indirect, out CertificateRevocationList? list, out _).ShouldBeTrue();
        list.ShouldNotBeNull().IsIndirect.ShouldBeTrue();
    }

    [Theory]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(255)]
    public void Refuses_a_reason_that_does_not_exist(byte reason) => Defect(RevocationTests.SignedListDer(
        _root, static _ => { }, w => Entry(w, 1, x => RevocationTests.Extension(x, "2.5.29.21", critical: false, [0x0a, 1, reason]))))
        .Field.ShouldBe("revokedCertificates");

    [Fact]
    public void Never_throws_on_random_octets() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), static octets =>
            CertificateRevocationList.TryRead(octets, out CertificateRevocationList? list, out CertificateDefect? defect)
                ? list is not null
                : defect is not null));

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Never_throws_on_mutated_lists_and_none_stays_signed(int seed)
    {
        var random = new Random(seed);
        byte[] names = new X500DistinguishedName("CN=Other").RawData;
        byte[] original = RevocationTests.SignedListDer(
            _root,
            static w => RevocationTests.Extension(w, "2.5.29.28", critical: true, [0x30, 3, 0x84, 1, 0xff]),
            w =>
            {
                Entry(w, 1, x => RevocationTests.Extension(x, "2.5.29.21", critical: false, [0x0a, 1, 1]));
                Entry(w, 2, x => RevocationTests.Extension(x, "2.5.29.29", critical: true, [0x30, (byte)(names.Length + 2), 0xa4, (byte)names.Length, .. names]));
                Entry(w, 3, null);
            });
        CertificateProfile root = _root.Profile;
        int read = 0;
        for (int round = 0; round < 5_000; round++)
        {
            byte[] der = ReaderFuzzTests.Mutate(original, random);
            if (CertificateRevocationList.TryRead(der, out CertificateRevocationList? list, out CertificateDefect? defect))
            {
                read++;
                list.Find(root);
                (list.IsSignedBy(root) && !der.AsSpan().SequenceEqual(original)).ShouldBeFalse($"round {round}");
            }
            else
            {
                defect.Field.ShouldNotBeEmpty();
            }
        }

        read.ShouldBePositive();
    }

    private static void Entry(AsnWriter writer, int serial, Action<AsnWriter>? extension) => Minted.Sequence(writer, () =>
    {
        writer.WriteInteger(serial);
        writer.WriteUtcTime(Authority.Now.AddDays(-2));
        if (extension is not null)
        {
            Minted.Sequence(writer, () => extension(writer));
        }
    });

    private static CertificateDefect Defect(byte[] der)
    {
        CertificateRevocationList.TryRead(der, out _, out CertificateDefect? defect).ShouldBeFalse();
        return defect.ShouldNotBeNull();
    }
}
