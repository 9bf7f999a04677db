using System;
using System.Text;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>What a ticket of the scripted server remembers.</summary>
internal sealed record TicketState(byte[] Secret, string Site, byte[] Leaf, bool Authorized, bool Extended)
{
    public byte[] Encode() => new TlsWriter()
        .Vector(1, Secret)
        .Vector(1, Encoding.ASCII.GetBytes(Site))
        .Vector(2, Leaf)
        .U8(Authorized ? 1 : 0)
        .U8(Extended ? 1 : 0)
        .ToArray();

    public static TicketState? Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new TlsReader(bytes);
        return reader.TryVector8(out ReadOnlySpan<byte> secret) && reader.TryVector8(out ReadOnlySpan<byte> site)
            && reader.TryVector16(out ReadOnlySpan<byte> leaf) && reader.TryU8(out byte authorized) && reader.TryU8(out byte extended) && reader.IsEnd
            ? new TicketState(secret.ToArray(), Encoding.ASCII.GetString(site), leaf.ToArray(), authorized == 1, extended == 1)
            : null;
    }
}
