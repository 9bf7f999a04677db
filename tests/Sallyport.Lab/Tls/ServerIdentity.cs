using System;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Tls;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Wire;

namespace Sallyport.Lab.Tls;

/// <summary>The scripted server's own certificate.</summary>
internal static class ServerIdentity
{
    public static X509Certificate2 Mint(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(time.GetUtcNow().AddHours(-1), time.GetUtcNow().AddDays(1));
    }

    public static byte[] Body13(ServerScript script) => new TlsWriter()
        .U8(0)
        .Vector(3, new TlsWriter().Vector(3, Certificate(script).RawData).U16(0).Written)
        .ToArray();

    public static byte[] Body12(ServerScript script) => new TlsWriter()
        .Vector(3, new TlsWriter().Vector(3, Certificate(script).RawData).Written)
        .ToArray();

    /// <summary>Scheme and signature, as CertificateVerify and ServerKeyExchange write them.</summary>
    public static byte[] Sign(ServerScript script, ReadOnlySpan<byte> content)
    {
        using ECDsa key = Certificate(script).GetECDsaPrivateKey() ?? throw new InvalidOperationException("The server's key must be ECDSA.");
        SignatureScheme scheme = HandshakeSignature.Choose(key, TlsVersion.Tls13, []);
        byte[] signature = HandshakeSignature.Sign(key, scheme, content) ?? throw new InvalidOperationException("An ECDSA key signs.");
        return new TlsWriter().U16(scheme.Value).Vector(2, signature).ToArray();
    }

    private static X509Certificate2 Certificate(ServerScript script) =>
        script.Certificate ?? throw new InvalidOperationException("Minted at start.");
}
