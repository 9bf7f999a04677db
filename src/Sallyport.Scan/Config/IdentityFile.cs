using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Certificates with their key, from PEM in any order, from a pair of files, or from PKCS#12.</summary>
internal static class IdentityFile
{
    private const int Limit = 1024 * 1024;

    /// <summary>The chain (leaf first) and the leaf's key, or one problem.</summary>
    /// <param name="certificatePath">A PEM, DER or PKCS#12 file.</param>
    /// <param name="keyPath">A PEM or DER file with the key; <c>null</c> when it is in the first one.</param>
    /// <param name="password">The password of an encrypted key or of the PKCS#12; <c>null</c> for none.</param>
    /// <param name="owner">Whose it is.</param>
    /// <param name="keyRequired">Whether certificates without their key are a problem.</param>
    /// <param name="problem">What is wrong.</param>
    public static IdentityMaterial? Load(string certificatePath, string? keyPath, Secret? password, KeyOwner owner, bool keyRequired, out InputProblem? problem)
    {
        byte[]? bytes = InputFile.Read(certificatePath, $"the certificate of {owner.Name}", Limit, out problem);
        if (bytes is null)
        {
            return null;
        }

        string name = Shown.Quoted(certificatePath);
        var keys = new List<AsymmetricAlgorithm>();
        AsymmetricAlgorithm? taken = null;
        try
        {
            ImmutableArray<byte[]> certificates = Certificates(bytes, name, password, owner, keys, out problem);
            if (problem is not null || (keyPath is not null && !AddKeys(keyPath, password, owner, keys, out problem)))
            {
                return null;
            }

            if (certificates.IsEmpty)
            {
                problem = new($"{name} holds no certificate", keys.Count > 0 ? "the certificate comes first, its key second: NAME=cert.pem,key.pem" : "give a PEM, DER or PKCS#12 file");
                return null;
            }

            IdentityMaterial? material = Assemble(certificates, keys, owner, name, keyPath, keyRequired, out problem);
            taken = material?.Key;
            return material;
        }
        finally
        {
            foreach (AsymmetricAlgorithm key in keys.Where(key => key != taken))
            {
                key.Dispose();
            }
        }
    }

    private static ImmutableArray<byte[]> Certificates(
        byte[] bytes, string name, Secret? password, KeyOwner owner, List<AsymmetricAlgorithm> keys, out InputProblem? problem)
    {
        if (PemBundle.Looks(bytes))
        {
            PemBundle? bundle = PemBundle.Read(bytes, name, out problem);
            return bundle is not null && AddKeys(bundle, password, owner, name, keys, out problem) ? bundle.Certificates : [];
        }

        if (Pkcs12File.KindOf(bytes) is X509ContentType.Cert)
        {
            problem = null;
            return [bytes];
        }

        return Pkcs12File.Read(bytes, password, owner, name, keys, out problem);
    }

    private static bool AddKeys(string path, Secret? password, KeyOwner owner, List<AsymmetricAlgorithm> keys, out InputProblem? problem)
    {
        string name = Shown.Quoted(path);
        byte[]? bytes = InputFile.Read(path, $"the private key of {owner.Name}", Limit, out problem);
        if (bytes is null)
        {
            return false;
        }

        int before = keys.Count;
        if (PemBundle.Looks(bytes))
        {
            PemBundle? bundle = PemBundle.Read(bytes, name, out problem);
            if (bundle is null || !AddKeys(bundle, password, owner, name, keys, out problem))
            {
                return false;
            }
        }
        else if (PrivateKeyFile.Import("PRIVATE KEY", bytes, password, owner, name, out problem) is AsymmetricAlgorithm key)
        {
            keys.Add(key);
        }
        else
        {
            return false;
        }

        if (keys.Count == before)
        {
            problem = new($"{name} holds no private key", "name the file with the PRIVATE KEY block");
            return false;
        }

        return true;
    }

    private static bool AddKeys(PemBundle bundle, Secret? password, KeyOwner owner, string name, List<AsymmetricAlgorithm> keys, out InputProblem? problem)
    {
        problem = null;
        foreach ((string label, byte[] der) in bundle.Keys)
        {
            AsymmetricAlgorithm? key = PrivateKeyFile.Import(label, der, password, owner, name, out problem);
            if (key is null)
            {
                return false;
            }

            keys.Add(key);
        }

        return true;
    }

    private static IdentityMaterial? Assemble(
        ImmutableArray<byte[]> ders, List<AsymmetricAlgorithm> keys, KeyOwner owner, string name, string? keyPath, bool keyRequired, out InputProblem? problem)
    {
        var certificates = new List<X509Certificate2>();
        try
        {
            foreach (byte[] der in ders)
            {
                certificates.Add(X509CertificateLoader.LoadCertificate(der));
            }

            problem = null;
            if (keys.Count == 0)
            {
                if (keyRequired)
                {
                    problem = new($"no private key for {owner.Name}: {name} holds only certificates", owner.KeyHint);
                    return null;
                }

                return new(CertificateOrder.FromLeaf(certificates[0], certificates), null);
            }

            foreach (X509Certificate2 leaf in certificates.OrderBy(CertificateOrder.IsAuthority))
            {
                byte[] publicKey = leaf.PublicKey.ExportSubjectPublicKeyInfo();
                if (keys.Find(key => key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey)) is AsymmetricAlgorithm key)
                {
                    return new(CertificateOrder.FromLeaf(leaf, certificates), key);
                }
            }

            // RSASSA-PSS certificates name another algorithm than their key's: the numbers decide.
            if (SameModulus(certificates, keys) is (X509Certificate2 match, AsymmetricAlgorithm matching))
            {
                return new(CertificateOrder.FromLeaf(match, certificates), matching);
            }

            string where = keyPath is null ? name : $"{Shown.Quoted(keyPath)} and {name}";
            problem = new($"the private key of {owner.Name} does not belong to its certificate ({where})", "give the key that the certificate was made for");
            return null;
        }
        catch (CryptographicException)
        {
            problem = new($"{name} holds a certificate that cannot be read", "is the file whole?");
            return null;
        }
        finally
        {
            certificates.ForEach(certificate => certificate.Dispose());
        }
    }

    private static (X509Certificate2, AsymmetricAlgorithm)? SameModulus(List<X509Certificate2> certificates, List<AsymmetricAlgorithm> keys)
    {
        foreach (X509Certificate2 certificate in certificates)
        {
            foreach (RSA key in keys.OfType<RSA>())
            {
                byte[] subjectKey = certificate.PublicKey.EncodedKeyValue.RawData;
                if (key.ExportRSAPublicKey().AsSpan().SequenceEqual(subjectKey))
                {
                    return (certificate, key);
                }
            }
        }

        return null;
    }
}
