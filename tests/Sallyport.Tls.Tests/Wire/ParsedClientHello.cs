using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Wire;

/// <summary>A ClientHello as a server would read it.</summary>
internal sealed record ParsedClientHello(ushort Version, byte[] Random, byte[] SessionId, IReadOnlyList<ushort> Suites, byte[] Compression, ImmutableArray<RawExtension> Extensions)
{
    internal byte[] Body(ushort type) =>
        ExtensionList.TryFind(Extensions, type, out ReadOnlySpan<byte> body) ? body.ToArray() : throw new InvalidOperationException($"No extension {type}.");

    internal static ParsedClientHello Read(ReadOnlySpan<byte> message)
    {
        var reader = new TlsReader(message);
        reader.TryU8(out byte type).ShouldBeTrue();
        type.ShouldBe((byte)1);
        reader.TryVector24(out ReadOnlySpan<byte> body).ShouldBeTrue();
        reader.IsEnd.ShouldBeTrue();
        reader = new TlsReader(body);
        (reader.TryU16(out ushort version) && reader.TryBytes(32, out _)).ShouldBeTrue();
        byte[] random = body.Slice(2, 32).ToArray();
        reader.TryVector8(out ReadOnlySpan<byte> session).ShouldBeTrue();
        reader.TryVector16(out ReadOnlySpan<byte> list).ShouldBeTrue();
        reader.TryVector8(out ReadOnlySpan<byte> compression).ShouldBeTrue();
        var suites = new List<ushort>();
        var items = new TlsReader(list);
        while (items.TryU16(out ushort suite))
        {
            suites.Add(suite);
        }

        ImmutableArray<RawExtension> extensions = [];
        if (!reader.IsEnd)
        {
            (reader.TryVector16(out ReadOnlySpan<byte> block) && ExtensionList.TryRead(block, out extensions) && reader.IsEnd).ShouldBeTrue();
        }

        return new ParsedClientHello(version, random, session.ToArray(), suites, compression.ToArray(), extensions);
    }

    /// <summary>Joins the payloads of plaintext handshake records.</summary>
    internal static (byte[] Message, IReadOnlyList<int> Sizes) Join(ReadOnlySpan<byte> records)
    {
        var message = new List<byte>();
        var sizes = new List<int>();
        var reader = new TlsReader(records);
        while (!reader.IsEnd)
        {
            (reader.TryU8(out byte type) && type == 22 && reader.TryU16(out _)).ShouldBeTrue();
            reader.TryVector16(out ReadOnlySpan<byte> payload).ShouldBeTrue();
            message.AddRange(payload);
            sizes.Add(payload.Length);
        }

        return ([.. message], sizes);
    }
}
