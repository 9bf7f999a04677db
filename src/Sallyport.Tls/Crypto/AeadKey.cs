using System;
using System.Security.Cryptography;

namespace Sallyport.Tls.Crypto;

/// <summary>One AEAD key behind one shape, whatever class of the platform does the work.</summary>
internal sealed class AeadKey : IDisposable
{
    private readonly AesGcm? _gcm;
    private readonly AesCcm? _ccm;
    private readonly ChaCha20Poly1305? _chaCha;

    internal AeadKey(SuiteParameters suite, ReadOnlySpan<byte> key)
    {
        TagLength = suite.TagLength;
        switch (suite.Cipher)
        {
            case SuiteCipher.Aes128Gcm or SuiteCipher.Aes256Gcm:
                _gcm = new AesGcm(key, TagLength);
                break;
            case SuiteCipher.ChaCha20Poly1305:
                _chaCha = new ChaCha20Poly1305(key);
                break;
            default:
                _ccm = new AesCcm(key);
                break;
        }
    }

    internal int TagLength { get; }

    public void Dispose()
    {
        _gcm?.Dispose();
        _ccm?.Dispose();
        _chaCha?.Dispose();
    }

    /// <summary>Writes ciphertext and then the tag; the output is exactly <see cref="TagLength"/> longer than the input.</summary>
    internal void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        Span<byte> body = output[..plaintext.Length];
        Span<byte> tag = output.Slice(plaintext.Length, TagLength);
        if (_gcm is not null)
        {
            _gcm.Encrypt(nonce, plaintext, body, tag, associated);
        }
        else if (_chaCha is not null)
        {
            _chaCha.Encrypt(nonce, plaintext, body, tag, associated);
        }
        else
        {
            _ccm?.Encrypt(nonce, plaintext, body, tag, associated);
        }
    }

    /// <summary>Opens what <see cref="Seal"/> made; false when the tag does not fit.</summary>
    internal bool TryOpen(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> sealedBytes, ReadOnlySpan<byte> associated, Span<byte> output)
    {
        if (sealedBytes.Length < TagLength)
        {
            return false;
        }

        ReadOnlySpan<byte> body = sealedBytes[..^TagLength];
        ReadOnlySpan<byte> tag = sealedBytes[^TagLength..];
        try
        {
            if (_gcm is not null)
            {
                _gcm.Decrypt(nonce, body, tag, output, associated);
            }
            else if (_chaCha is not null)
            {
                _chaCha.Decrypt(nonce, body, tag, output, associated);
            }
            else
            {
                _ccm?.Decrypt(nonce, body, tag, output, associated);
            }

            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
