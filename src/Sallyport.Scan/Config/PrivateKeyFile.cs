using System;
using System.Formats.Asn1;
using System.Security.Cryptography;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Private keys as users have them: PKCS#8 (plain or encrypted), PKCS#1 and SEC1; RSA and ECDSA.</summary>
internal static class PrivateKeyFile
{
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";
    private const string Ec = "1.2.840.10045.2.1";

    /// <summary>Imports one key, or tells in one line why it cannot be used.</summary>
    /// <param name="label">The PEM label; for a DER file, <c>PRIVATE KEY</c>.</param>
    /// <param name="der">The key's bytes.</param>
    /// <param name="password">The password of an encrypted key.</param>
    /// <param name="owner">Whose key it is.</param>
    /// <param name="name">The file's name, fit to be shown.</param>
    /// <param name="problem">Why it cannot be used.</param>
    public static AsymmetricAlgorithm? Import(string label, byte[] der, Secret? password, KeyOwner owner, string name, out InputProblem? problem)
    {
        problem = null;
        AsymmetricAlgorithm? key = null;
        try
        {
            switch (label)
            {
                case "RSA PRIVATE KEY":
                    var rsa = RSA.Create();
                    key = rsa;
                    rsa.ImportRSAPrivateKey(der, out _);
                    return key;
                case "EC PRIVATE KEY":
                    var ec = ECDsa.Create();
                    key = ec;
                    ec.ImportECPrivateKey(der, out _);
                    return key;
                case "ENCRYPTED PRIVATE KEY":
                    return Decrypt(der, password, owner, name, out problem);
                case "PRIVATE KEY":
                    return Plain(der, name, out problem);
                default:
                    problem = new($"{name} holds a key of a kind that cannot be used ({Shown.Line(label)})", "use an RSA or ECDSA key, as PKCS#8, PKCS#1 or SEC1");
                    return null;
            }
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            key?.Dispose();
            problem = new($"{name} holds a private key that cannot be read", "is the file whole? RSA and ECDSA keys (P-256, P-384, P-521) are read, as PKCS#8, PKCS#1 or SEC1");
            return null;
        }
    }

    private static AsymmetricAlgorithm? Decrypt(byte[] der, Secret? password, KeyOwner owner, string name, out InputProblem? problem)
    {
        if (password is null)
        {
            problem = new($"the private key of {owner.Name} in {name} is encrypted", owner.PasswordHint);
            return null;
        }

        if (TryDecrypt(RSA.Create(), der, password) is AsymmetricAlgorithm rsa)
        {
            problem = null;
            return rsa;
        }

        if (TryDecrypt(ECDsa.Create(), der, password) is AsymmetricAlgorithm ec)
        {
            problem = null;
            return ec;
        }

        problem = new(
            $"the password given for {owner.Name} does not open the private key in {name}",
            "check the variable or file that holds it (a line end at its end is ignored, a space is not); the key must be RSA or ECDSA");
        return null;
    }

    private static AsymmetricAlgorithm? TryDecrypt(AsymmetricAlgorithm key, byte[] der, Secret password)
    {
        try
        {
            key.ImportEncryptedPkcs8PrivateKey(password.Reveal().AsSpan(), der, out _);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or PlatformNotSupportedException)
        {
            key.Dispose();
            return null;
        }
    }

    private static AsymmetricAlgorithm? Plain(byte[] der, string name, out InputProblem? problem)
    {
        problem = null;
        string algorithm = AlgorithmOf(der);
        AsymmetricAlgorithm? key = algorithm switch
        {
            Rsa or RsaPss => RSA.Create(),
            Ec => ECDsa.Create(),
            _ => null,
        };
        try
        {
            switch (key)
            {
                case RSA rsa:
                    rsa.ImportPkcs8PrivateKey(der, out _);
                    break;
                case ECDsa ec:
                    ec.ImportPkcs8PrivateKey(der, out _);
                    break;
                default:
                    problem = new($"{name} holds a private key of a kind that cannot be used ({algorithm})", "use an RSA or ECDSA identity");
                    break;
            }

            return key;
        }
        catch
        {
            key?.Dispose();
            throw;
        }
    }

    private static string AlgorithmOf(byte[] der)
    {
        AsnReader info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        info.ReadInteger();
        return info.ReadSequence().ReadObjectIdentifier();
    }
}
