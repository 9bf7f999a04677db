using System;
using System.Security.Cryptography;
using Sallyport.Scan.Jose;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>A key pair of ours that fits the algorithm of a token.</summary>
internal sealed class OwnKeys : IDisposable
{
    private OwnKeys(string algorithm, AsymmetricAlgorithm key) => (Key, Signer) = (key, JwsSigner.Of(algorithm, key));

    /// <summary>The key.</summary>
    public AsymmetricAlgorithm Key { get; }

    /// <summary>Signs with it.</summary>
    public JwsSigner Signer { get; }

    /// <summary>A key for an algorithm.</summary>
    /// <param name="algorithm">RS, PS or ES with 256, 384 or 512; anything else gives RS256, which most verifiers know.</param>
    public static OwnKeys For(string algorithm) => algorithm switch
    {
        "ES256" => new(algorithm, ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        "ES384" => new(algorithm, ECDsa.Create(ECCurve.NamedCurves.nistP384)),
        "ES512" => new(algorithm, ECDsa.Create(ECCurve.NamedCurves.nistP521)),
        "RS256" or "RS384" or "RS512" or "PS256" or "PS384" or "PS512" => new(algorithm, RSA.Create(2048)),
        _ => new("RS256", RSA.Create(2048)),
    };

    /// <inheritdoc/>
    public void Dispose() => Key.Dispose();
}
