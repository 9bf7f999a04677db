using System;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sallyport.Lab.Tls;

/// <summary>Seals and opens tickets, well or badly.</summary>
internal sealed class TicketBox(TicketKeyKind kind)
{
    private const int NameLength = 16;
    private const int IvLength = 16;
    private const int MacLength = 32;
    private readonly byte[] _name = kind is TicketKeyKind.AllZero or TicketKeyKind.AllZeroOpenSslLayout ? new byte[NameLength] : RandomNumberGenerator.GetBytes(NameLength);
    private readonly byte[] _key = kind is TicketKeyKind.AllZero or TicketKeyKind.AllZeroOpenSslLayout ? new byte[32] : RandomNumberGenerator.GetBytes(32);

    public byte[] Seal(TicketState state)
    {
        byte[] plaintext = state.Encode();
        switch (kind)
        {
            case TicketKeyKind.Random:
                using (var gcm = new AesGcm(_key, 16))
                {
                    byte[] nonce = RandomNumberGenerator.GetBytes(12);
                    var body = new byte[plaintext.Length];
                    var tag = new byte[16];
                    gcm.Encrypt(nonce, plaintext, body, tag);
                    return [.. _name, .. nonce, .. body, .. tag];
                }

            case TicketKeyKind.ConstantKeystream:
                return WithMac([.. _name, .. Stream(plaintext)]);
            default:
                byte[] iv = RandomNumberGenerator.GetBytes(IvLength);
                using (Aes aes = Cbc())
                {
                    byte[] body = aes.EncryptCbc(plaintext, iv);
                    return kind == TicketKeyKind.AllZero
                        ? WithMac([.. _name, .. iv, (byte)(body.Length >> 8), (byte)body.Length, .. body])
                        : WithMac([.. _name, .. iv, .. body]);
                }
        }
    }

    public TicketState? Open(ReadOnlySpan<byte> ticket)
    {
        try
        {
            return ticket.StartsWith(_name) ? TicketState.Decode(Decrypt(ticket)) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private byte[] Decrypt(ReadOnlySpan<byte> ticket)
    {
        if (kind == TicketKeyKind.Random)
        {
            using var gcm = new AesGcm(_key, 16);
            var plaintext = new byte[ticket.Length - NameLength - 12 - 16];
            gcm.Decrypt(ticket.Slice(NameLength, 12), ticket[(NameLength + 12)..^16], ticket[^16..], plaintext);
            return plaintext;
        }

        ReadOnlySpan<byte> content = ticket[..^MacLength];
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_key, content), ticket[^MacLength..]))
        {
            return [];
        }

        if (kind == TicketKeyKind.ConstantKeystream)
        {
            return Stream(content[NameLength..]);
        }

        int start = NameLength + IvLength + (kind == TicketKeyKind.AllZero ? 2 : 0);
        using Aes aes = Cbc();
        return aes.DecryptCbc(content[start..], content.Slice(NameLength, IvLength));
    }

    private Aes Cbc()
    {
        var aes = Aes.Create();
        aes.Key = kind == TicketKeyKind.AllZero ? _key[..16] : _key;
        return aes;
    }

    private byte[] WithMac(byte[] content) => [.. content, .. HMACSHA256.HashData(_key, content)];

    private byte[] Stream(ReadOnlySpan<byte> input)
    {
        using Aes aes = Cbc();
        byte[] output = input.ToArray();
        Span<byte> counter = stackalloc byte[16];
        counter.Clear();
        for (int offset = 0; offset < output.Length; offset += 16)
        {
            BinaryPrimitives.WriteInt32BigEndian(counter[12..], offset / 16);
            byte[] pad = aes.EncryptEcb(counter, PaddingMode.None);
            for (int i = 0; i < 16 && offset + i < output.Length; i++)
            {
                output[offset + i] ^= pad[i];
            }
        }

        return output;
    }
}
