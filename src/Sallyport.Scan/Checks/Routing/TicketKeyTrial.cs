using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>Tries keys that nobody should use on tickets, offline. Proof is the session's own secret in what comes out, never a padding or a length.</summary>
/// <remarks>
/// Layouts: RFC 5077, section 4 (name 16, IV 16, length 2, AES-CBC, MAC); OpenSSL and BoringSSL, nginx, Apache, HAProxy (name 16, IV 16, AES-CBC, MAC 32);
/// Go (IV 16, with or without a name of 16, AES-CTR, MAC 32); AES-GCM with a nonce of 12 after a name of 0, 4 or 16 (s2n, mbed TLS); ChaCha20-Poly1305 alike (rustls).
/// </remarks>
internal static class TicketKeyTrial
{
    private const int Block = 16;
    private const int Nonce = 12;
    private const int Tag = 16;
    private const int MaxTicket = 16 * 1024;
    private static ReadOnlySpan<byte> Starts => [0, 4, 16, 32];

    /// <summary>The name of the key that opens a ticket; <c>null</c> when none of the known ones does.</summary>
    /// <param name="ticket">A ticket with the session's secrets.</param>
    public static string? Opens(SessionTicket ticket)
    {
        if (ticket.Kind == SessionTicketKind.SessionId || ticket.Identity.Length is <= Block * 2 or > MaxTicket)
        {
            return null;
        }

        foreach ((string name, byte[] key) in Keys())
        {
            foreach (byte start in Starts)
            {
                if (OpensAt(ticket, key, start))
                {
                    return $"{name}, {key.Length * 8} bits";
                }
            }
        }

        return null;
    }

    private static IEnumerable<(string Name, byte[] Key)> Keys()
    {
        foreach (int length in (int[])[16, 32])
        {
            yield return ("all zero", new byte[length]);
            yield return ("all ones", Enumerable.Repeat((byte)0xFF, length).ToArray());
            yield return ("counting from 0", [.. Enumerable.Range(0, length).Select(i => (byte)i)]);
            yield return ("counting from 1", [.. Enumerable.Range(1, length).Select(i => (byte)i)]);
        }
    }

    private static bool OpensAt(SessionTicket ticket, byte[] key, int start)
    {
        ReadOnlySpan<byte> bytes = ticket.Identity.Span;
        if (bytes.Length < start + Block + Block)
        {
            return false;
        }

        using Aes aes = Aes.Create();
        aes.Key = key;
        ReadOnlySpan<byte> iv = bytes.Slice(start, Block);
        ReadOnlySpan<byte> body = bytes[(start + Block)..];
        return ticket.IsRevealedBy(Cbc(aes, iv, body))
            || (body.Length > 2 && ticket.IsRevealedBy(Cbc(aes, iv, body[2..])))
            || ticket.IsRevealedBy(Counter(aes, iv.ToArray(), body))
            || Gcm(ticket, aes, bytes[start..])
            || ChaCha(ticket, key, bytes[start..]);
    }

    // Authentication codes and trailers stand behind the ciphertext: whole blocks are opened, padding is not looked at.
    private static byte[] Cbc(Aes aes, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> body) =>
        aes.DecryptCbc(body[..(body.Length / Block * Block)], iv, PaddingMode.None);

    // Without its tag, GCM is counter mode whose first block of text has the number 2 (NIST SP 800-38D, section 7.1).
    private static bool Gcm(SessionTicket ticket, Aes aes, ReadOnlySpan<byte> from)
    {
        byte[] counter = [.. from[..Nonce], 0, 0, 0, 2];
        ReadOnlySpan<byte> body = from[Nonce..];
        return ticket.IsRevealedBy(Counter(aes, counter, body)) || (body.Length > 2 && ticket.IsRevealedBy(Counter(aes, counter, body[2..])));
    }

    private static bool ChaCha(SessionTicket ticket, byte[] key, ReadOnlySpan<byte> from)
    {
        if (key.Length != 32 || from.Length <= Nonce + Tag || !ChaCha20Poly1305.IsSupported)
        {
            return false;
        }

        using ChaCha20Poly1305 cipher = new(key);
        byte[] text = new byte[from.Length - Nonce - Tag];
        try
        {
            cipher.Decrypt(from[..Nonce], from[Nonce..^Tag], from[^Tag..], text);
            return ticket.IsRevealedBy(text);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private static byte[] Counter(Aes aes, byte[] initial, ReadOnlySpan<byte> body)
    {
        byte[] counter = [.. initial];
        byte[] text = body.ToArray();
        Span<byte> pad = stackalloc byte[Block];
        for (int offset = 0; offset < text.Length; offset += Block)
        {
            _ = aes.EncryptEcb(counter, pad, PaddingMode.None);
            for (int i = 0; i < Block && offset + i < text.Length; i++)
            {
                text[offset + i] ^= pad[i];
            }

            for (int i = Block - 1; i >= 0 && ++counter[i] == 0; i--)
            {
            }
        }

        return text;
    }
}
