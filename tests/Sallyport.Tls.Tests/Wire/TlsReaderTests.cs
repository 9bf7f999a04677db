using System;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Wire;

public sealed class TlsReaderTests
{
    [Fact]
    public void Numbers_and_vectors_come_back_as_they_were_written()
    {
        Prop.ForAll<byte[], uint>(static (bytes, number) =>
        {
            byte[] part = [.. bytes.Take(255)];
            byte[] all = new TlsWriter().U32(number).Vector(1, part).Vector(2, part).Vector(3, part).U24((int)(number >> 8)).U16((ushort)number).ToArray();
            var reader = new TlsReader(all);
            return reader.TryU32(out uint a) && a == number
                && reader.TryVector8(out ReadOnlySpan<byte> b) && b.SequenceEqual(part)
                && reader.TryVector16(out b) && b.SequenceEqual(part)
                && reader.TryVector24(out b) && b.SequenceEqual(part)
                && reader.TryU24(out int c) && c == (int)(number >> 8)
                && reader.TryU16(out ushort d) && d == (ushort)number
                && reader.IsEnd;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Theory]
    [InlineData(1, new byte[] { 5, 1, 2 })]
    [InlineData(2, new byte[] { 0, 5, 1, 2 })]
    [InlineData(3, new byte[] { 64, 0, 0, 1, 2 })]
    public void A_vector_longer_than_what_is_there_is_refused_and_nothing_is_consumed(int lengthBytes, byte[] bytes)
    {
        var reader = new TlsReader(bytes);
        bool read = lengthBytes switch { 1 => reader.TryVector8(out _), 2 => reader.TryVector16(out _), _ => reader.TryVector24(out _) };
        read.ShouldBeFalse();
        reader.Remaining.ShouldBe(bytes.Length);
    }

    [Fact]
    public void A_negative_count_is_refused() => new TlsReader([1, 2, 3]).TryBytes(-1, out _).ShouldBeFalse();

    [Fact]
    public void The_writer_refuses_a_vector_that_does_not_fit_its_length() =>
        Should.Throw<ArgumentOutOfRangeException>(static () => new TlsWriter().Vector(1, new byte[256]));
}
