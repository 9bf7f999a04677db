using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Tests;

public sealed class DerWriterTests
{
    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(200);

    [Fact]
    public void A_length_reads_back_by_the_platforms_decoder() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>(),
        size =>
        {
            byte[] content = new byte[size.Get * 977 % 200_000];
            byte[] der = DerWriter.OctetString(content);
            AsnDecoder.ReadOctetString(der, AsnEncodingRules.DER, out int used).Length.ShouldBe(content.Length);
            used.ShouldBe(der.Length);
        }).Check(_config);

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(16_777_216)]
    public void A_length_takes_the_fewest_octets(int length)
    {
        byte[] written = DerWriter.Length(length);

        AsnDecoder.TryReadEncodedValue(
            (byte[])[0x04, .. written, .. new byte[length]], AsnEncodingRules.DER, out Asn1Tag _, out int _, out int contentLength, out int _)
            .ShouldBeTrue();
        contentLength.ShouldBe(length);
    }

    [Fact]
    public void An_integer_reads_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<BigInteger>(),
        value => AsnDecoder.ReadInteger(DerWriter.Integer(value), AsnEncodingRules.DER, out _).ShouldBe(value)).Check(_config);

    [Fact]
    public void An_unsigned_magnitude_reads_back_as_a_positive_integer() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyArray<byte>>(),
        magnitude => AsnDecoder.ReadInteger(DerWriter.UnsignedInteger(magnitude.Get), AsnEncodingRules.DER, out _)
            .ShouldBe(new BigInteger(magnitude.Get, isUnsigned: true, isBigEndian: true))).Check(_config);

    [Fact]
    public void An_object_identifier_reads_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNegativeInt[]>(),
        arcs =>
        {
            string dotted = string.Join('.', ((int[])[2, .. arcs.Take(50).Select(arc => arc.Get * 7919), 5]).Select(arc => (uint)arc));
            AsnDecoder.ReadObjectIdentifier(DerWriter.Oid(dotted), AsnEncodingRules.DER, out _).ShouldBe(dotted);
        }).Check(_config);

    [Theory]
    [InlineData("1")]
    [InlineData("3.1")]
    [InlineData("1.40")]
    public void What_is_no_object_identifier_is_refused(string dotted) => Should.Throw<ArgumentException>(() => DerWriter.Oid(dotted));

    [Fact]
    public void A_set_is_sorted() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[][]>(),
        members =>
        {
            byte[] der = DerWriter.SetOf(members.Select(member => DerWriter.OctetString(member)));
            AsnReader reader = new(der, AsnEncodingRules.DER);
            AsnReader set = reader.ReadSetOf();
            List<byte[]> read = [];
            while (set.HasData)
            {
                read.Add(set.ReadOctetString());
            }

            read.Count.ShouldBe(members.Length);
        }).Check(_config);

    [Fact]
    public void Key_usages_read_back_with_their_bits_in_place()
    {
        foreach (X509KeyUsageFlags usage in Enum.GetValues<X509KeyUsageFlags>().Where(usage => usage != X509KeyUsageFlags.None))
        {
            X509KeyUsageExtension read = new(new System.Security.Cryptography.AsnEncodedData(DerWriter.KeyUsage(usage)), critical: true);
            read.KeyUsages.ShouldBe(usage);
        }
    }

    [Theory]
    [InlineData(1950, 0x17)]
    [InlineData(2049, 0x17)]
    [InlineData(2050, 0x18)]
    [InlineData(1949, 0x18)]
    public void The_year_decides_the_type_of_time(int year, int tag)
    {
        DateTimeOffset time = new(year, 12, 31, 23, 59, 58, TimeSpan.Zero);
        byte[] der = DerWriter.Time(time);

        der[0].ShouldBe((byte)tag);
        (tag == 0x17
            ? AsnDecoder.ReadUtcTime(der, AsnEncodingRules.DER, out _)
            : AsnDecoder.ReadGeneralizedTime(der, AsnEncodingRules.DER, out _)).ShouldBe(time);
    }

    [Fact]
    public void The_reader_splits_what_the_writer_wrote_and_never_throws_on_anything_else() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>(),
        ArbMap.Default.ArbFor<byte[]>(),
        (first, second) =>
        {
            byte[] both = DerWriter.Concat(DerWriter.OctetString(first), DerWriter.BitString(second));
            DerReader.Items(both).Length.ShouldBe(2);
            DerReader.Content(both).ToArray().ShouldBe(first);
            DerReader.Items(first).Length.ShouldBeLessThanOrEqualTo(first.Length);
            DerReader.Items(both.AsMemory(0, both.Length - 1)).Length.ShouldBe(1);
        }).Check(_config);
}
