using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>PKCS#12 files, with and without a password.</summary>
internal static class Pkcs12File
{
    /// <summary>The certificates as DER; the keys are added to <paramref name="keys"/>.</summary>
    public static ImmutableArray<byte[]> Read(
        byte[] bytes, Secret? password, KeyOwner owner, string name, List<AsymmetricAlgorithm> keys, out InputProblem? problem)
    {
        problem = null;
        if (KindOf(bytes) is not X509ContentType.Pkcs12)
        {
            problem = new($"{name} is neither PEM nor a DER certificate nor PKCS#12", "give the certificate of " + owner.Name + " in one of these forms");
            return [];
        }

        X509Certificate2Collection? read = Open(bytes, password);
        if (read is null)
        {
            problem = password is null
                ? new($"{name} needs a password, or is damaged", owner.PasswordHint)
                : new($"the password given for {owner.Name} does not open {name}", "check the variable or file that holds it; a PKCS#12 in the old RC2 form must be exported again with a current openssl");
            return [];
        }

        var ders = ImmutableArray.CreateBuilder<byte[]>();
        bool unusable = false;
        foreach (X509Certificate2 certificate in read)
        {
            using (certificate)
            {
                ders.Add(certificate.RawData);
                if (certificate.HasPrivateKey)
                {
                    AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey() ?? certificate.GetECDsaPrivateKey();
                    if (key is not null)
                    {
                        keys.Add(key);
                    }

                    unusable |= key is null;
                }
            }
        }

        if (unusable && keys.Count == 0)
        {
            problem = new($"{name} holds a private key of a kind that cannot be used", "use an RSA or ECDSA identity");
        }

        return ders.ToImmutable();
    }

    /// <summary>What the bytes are; <see cref="X509ContentType.Unknown"/> for what the platform cannot tell.</summary>
    public static X509ContentType KindOf(byte[] bytes)
    {
        try
        {
            return X509Certificate2.GetCertContentType(bytes);
        }
        catch (CryptographicException)
        {
            return X509ContentType.Unknown;
        }
    }

    private static X509Certificate2Collection? Open(byte[] bytes, Secret? password)
    {
        // "No password" is written in two ways by different tools: as absent and as empty.
        string?[] attempts = password is null ? [null, ""] : [password.Reveal()];
        foreach (string? attempt in attempts)
        {
            try
            {
                return X509CertificateLoader.LoadPkcs12Collection(bytes, attempt, X509KeyStorageFlags.EphemeralKeySet | X509KeyStorageFlags.Exportable);
            }
            catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
            {
                // The next attempt, or null: the platform's words may differ and are not ours to show.
            }
        }

        return null;
    }
}
