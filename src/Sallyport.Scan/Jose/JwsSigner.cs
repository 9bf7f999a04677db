using System;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Threading;

namespace Sallyport.Scan.Jose;

/// <summary>Signs with one algorithm and one key (RFC 7518, section 3). Does not own its key.</summary>
internal sealed class JwsSigner
{
    private readonly Func<byte[], byte[]> _sign;

    private JwsSigner(string algorithm, Func<byte[], byte[]> sign) => (Algorithm, _sign) = (algorithm, sign);

    /// <summary>The algorithm's name, as the header states it.</summary>
    public string Algorithm { get; }

    /// <summary>A signer with a shared secret; any key length, also none.</summary>
    /// <param name="algorithm">HS256, HS384 or HS512.</param>
    /// <param name="key">The secret.</param>
    /// <exception cref="ArgumentException">No such algorithm.</exception>
    public static JwsSigner Hmac(string algorithm, byte[] key) => new(algorithm, algorithm switch
    {
        "HS256" => input => HMACSHA256.HashData(key, input),
        "HS384" => input => HMACSHA384.HashData(key, input),
        "HS512" => input => HMACSHA512.HashData(key, input),
        _ => throw new ArgumentException("Not an HMAC algorithm.", nameof(algorithm)),
    });

    /// <summary>A signer with a private key.</summary>
    /// <param name="algorithm">RS, PS or ES with 256, 384 or 512.</param>
    /// <param name="key">RSA or ECDSA, of a kind that fits.</param>
    /// <exception cref="ArgumentException">The algorithm is unknown or does not go with the key.</exception>
    public static JwsSigner Of(string algorithm, AsymmetricAlgorithm key)
    {
        HashAlgorithmName hash = HashOf(algorithm) ?? throw new ArgumentException("No such algorithm.", nameof(algorithm));
        // Keys are not safe for two threads at once, and a signer is shared by checks side by side.
        Lock gate = new();
        return (algorithm[..2], key) switch
        {
            ("RS", RSA rsa) => new(algorithm, input => Alone(gate, () => rsa.SignData(input, hash, RSASignaturePadding.Pkcs1))),
            ("PS", RSA rsa) => new(algorithm, input => Alone(gate, () => rsa.SignData(input, hash, RSASignaturePadding.Pss))),
            ("ES", ECDsa ecdsa) => new(algorithm, input => Alone(gate, () => ecdsa.SignData(input, hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))),
            _ => throw new ArgumentException("The algorithm does not go with the key.", nameof(algorithm)),
        };
    }

    /// <summary>A signer whose key the user gave as text: PEM for RS, PS and ES; the secret itself for HS.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="text">The key.</param>
    /// <param name="signer">The signer; its key lives as long as it.</param>
    /// <param name="fault">What is wrong, one clause, without a part of the key; <c>null</c> when nothing is.</param>
    public static bool TryRead(string algorithm, string text, [NotNullWhen(true)] out JwsSigner? signer, [NotNullWhen(false)] out string? fault)
    {
        signer = null;
        if (algorithm is "HS256" or "HS384" or "HS512")
        {
            signer = Hmac(algorithm, Encoding.UTF8.GetBytes(text));
            fault = null;
            return true;
        }

        if (HashOf(algorithm) is null || algorithm[..2] is not ("RS" or "PS" or "ES"))
        {
            fault = "the algorithm is none of HS, RS, PS or ES with 256, 384 or 512";
            return false;
        }

        AsymmetricAlgorithm key = algorithm[..2] == "ES" ? ECDsa.Create() : RSA.Create();
        try
        {
            key.ImportFromPem(text);
            signer = Of(algorithm, key);
            _ = signer.Sign([0]);
            fault = null;
            return true;
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or NotSupportedException)
        {
            key.Dispose();
            signer = null;
            fault = $"the key is no private key for {algorithm} in PEM";
            return false;
        }
    }

    /// <summary>The hash of an algorithm; <c>null</c> when it is unknown.</summary>
    /// <param name="algorithm">Its name.</param>
    public static HashAlgorithmName? HashOf(string algorithm) => algorithm.Length != 5 ? null : algorithm[2..] switch
    {
        "256" => HashAlgorithmName.SHA256,
        "384" => HashAlgorithmName.SHA384,
        "512" => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>Signs.</summary>
    /// <param name="input">What is signed.</param>
    public byte[] Sign(byte[] input) => _sign(input);

    /// <inheritdoc/>
    public override string ToString() => Algorithm;

    private static byte[] Alone(Lock gate, Func<byte[]> sign)
    {
        lock (gate)
        {
            return sign();
        }
    }
}
