using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Scan.Config;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Config;

public sealed class IdentityFileTests : IDisposable
{
    private const string Password = "correct horse battery";
    private readonly InputFolder _folder = new();
    private readonly PbeParameters _pbe = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_a_bundle_in_every_order()
    {
        string[] parts = [_folder.AliceKey(), _folder.Alice.ExportCertificatePem(), _folder.Intermediate.ExportCertificatePem(), _folder.Root.ExportCertificatePem()];
        foreach (string[] order in Permutations(parts))
        {
            IdentityMaterial material = Read(_folder.Write("alice.pem", order));
            material.Chain.Select(der => der.ToArray()).ShouldBe([_folder.Alice.RawData, _folder.Intermediate.RawData]);
            Matches(material, _folder.Alice);
        }
    }

    [Fact]
    public void Reads_a_key_of_its_own_file_and_comments_between_the_blocks()
    {
        string cert = _folder.Write("a.pem", "# alice, valid until tomorrow\n", _folder.Alice.ExportCertificatePem(), "Bag Attributes: é\n");
        Matches(Read(cert, _folder.Write("a.key", _folder.AliceKey())), _folder.Alice);
    }

    [Fact]
    public void Reads_rsa_and_ecdsa_keys_in_every_form()
    {
        using RSA rsa = RSA.Create(2048);
        using X509Certificate2 bob = InputFolder.Leaf("CN=bob", _folder.Intermediate, rsa);
        string bobCert = _folder.Write("bob.pem", bob.ExportCertificatePem());
        Matches(Read(bobCert, _folder.Write("b1.key", rsa.ExportRSAPrivateKeyPem())), bob);
        Matches(Read(bobCert, _folder.Write("b2.key", rsa.ExportPkcs8PrivateKeyPem())), bob);
        Matches(Read(bobCert, _folder.WriteBytes("b3.key", rsa.ExportPkcs8PrivateKey())), bob);
        Matches(Read(bobCert, _folder.Write("b4.key", rsa.ExportEncryptedPkcs8PrivateKeyPem(Password, _pbe)), Password), bob);

        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using X509Certificate2 eve = InputFolder.Leaf("CN=eve", _folder.Intermediate, ec);
        string eveCert = _folder.WriteBytes("eve.der", eve.RawData);
        Matches(Read(eveCert, _folder.Write("e1.key", ec.ExportECPrivateKeyPem())), eve);
        Matches(Read(eveCert, _folder.Write("e2.key", ec.ExportPkcs8PrivateKeyPem())), eve);
        Matches(Read(eveCert, _folder.Write("e3.key", ec.ExportEncryptedPkcs8PrivateKeyPem(Password, _pbe)), Password), eve);
    }

    [Fact]
    public void Reads_pkcs12_with_and_without_a_password()
    {
        var all = new X509Certificate2Collection(_folder.Alice) { _folder.Intermediate, _folder.Root };

        // Only alice's key belongs into the file; the CAs come as certificates.
        all[1] = X509CertificateLoader.LoadCertificate(_folder.Intermediate.RawData);
        all[2] = X509CertificateLoader.LoadCertificate(_folder.Root.RawData);
        foreach (string? password in (string?[])[Password, "", null])
        {
            // Export of a collection with certificates always yields bytes.
            string path = _folder.WriteBytes("alice.p12", all.Export(X509ContentType.Pkcs12, password)!);
            IdentityMaterial material = Read(path, password: password == Password ? Password : null);
            material.Chain.Select(der => der.ToArray()).ShouldBe([_folder.Alice.RawData, _folder.Intermediate.RawData]);
            Matches(material, _folder.Alice);
        }
    }

    [Fact]
    public void Finds_the_leaf_by_its_key_among_strangers()
    {
        using X509Certificate2 bob = InputFolder.Leaf("CN=bob", _folder.Intermediate, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        IdentityMaterial material = Read(_folder.Write("all.pem", bob.ExportCertificatePem(), _folder.Intermediate.ExportCertificatePem(), _folder.Alice.ExportCertificatePem(), _folder.AliceKey()));
        material.Chain[0].ToArray().ShouldBe(_folder.Alice.RawData);
        material.Chain.Length.ShouldBe(2);
    }

    [Fact]
    public void Tells_each_bad_input_in_one_line_with_a_hint()
    {
        string cert = _folder.Write("alice.pem", _folder.Alice.ExportCertificatePem());
        string bobKey = _folder.Write("bob.key", ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem());
        string encrypted = _folder.Write("enc.key", InputFolder.KeyOf(_folder.Alice).ExportEncryptedPkcs8PrivateKeyPem(Password, _pbe));
        string p12 = _folder.WriteBytes("alice.p12", _folder.Alice.Export(X509ContentType.Pkcs12, Password));

        Refused(cert).Message.ShouldStartWith("no private key for alice");
        Refused(cert, bobKey).Message.ShouldContain("does not belong to its certificate");
        Refused(cert, encrypted).Message.ShouldContain("is encrypted");
        Refused(cert, encrypted, "wrong").Message.ShouldContain("does not open");
        Refused(p12).Message.ShouldContain("needs a password");
        Refused(p12, password: "wrong").Message.ShouldContain("does not open");
        Refused(bobKey).Message.ShouldContain("holds no certificate");
        Refused(cert, cert).Message.ShouldContain("holds no private key");
        Refused(Path.Combine(_folder.Path, "missing.pem")).Message.ShouldContain("does not exist");
        Refused(_folder.Path).Message.ShouldContain("is a directory");
        Refused(_folder.WriteBytes("empty.pem", [])).Message.ShouldContain("is empty");
        Refused(_folder.WriteBytes("noise.pem", RandomNumberGenerator.GetBytes(500))).Message.ShouldContain("neither PEM");
        Refused(_folder.WriteBytes("big.pem", new byte[2 * 1024 * 1024])).Message.ShouldContain("larger than");
        Refused(_folder.Write("cut.pem", _folder.Alice.ExportCertificatePem()[..200])).Message.ShouldContain("damaged PEM block at line 1");
        Refused(cert, _folder.Write("old.key", "-----BEGIN RSA PRIVATE " + "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE " + "KEY-----")).Message.ShouldContain("old encrypted PEM");
    }

    [Fact]
    public void Refuses_a_key_that_is_neither_rsa_nor_ecdsa()
    {
        // An Ed25519 key is PKCS#8 with the algorithm 1.3.101.112 (RFC 8410, section 7): 32 bytes in two OCTET STRINGs.
        byte[] der = [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20, .. RandomNumberGenerator.GetBytes(32)];
        string cert = _folder.Write("alice.pem", _folder.Alice.ExportCertificatePem());
        Refused(cert, _folder.WriteBytes("ed.key", der)).Message.ShouldContain("of a kind that cannot be used");
    }

    [Fact]
    public void Tells_an_unreadable_file()
    {
        string path = _folder.Write("alice.pem", _folder.Alice.ExportCertificatePem());
        File.SetUnixFileMode(path, UnixFileMode.None);
        if (Environment.IsPrivilegedProcess)
        {
            // Root reads everything: what is left to prove is that the mode alone is no error.
            Refused(path).Message.ShouldStartWith("no private key for alice");
        }
        else
        {
            Refused(path).Message.ShouldContain("may not be read by this user");
        }
    }

    [Fact]
    public void Never_throws_on_damaged_files()
    {
        byte[][] seeds =
        [
            System.Text.Encoding.ASCII.GetBytes(_folder.Alice.ExportCertificatePem() + "\n" + _folder.AliceKey()),
            _folder.Alice.Export(X509ContentType.Pkcs12, Password),
            _folder.Alice.RawData,
            InputFolder.KeyOf(_folder.Alice).ExportPkcs8PrivateKey(),
        ];
        var random = new Random(20_261_122);
        int refused = 0;
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = [.. seeds[round % seeds.Length]];
            for (int change = 0; change < 1 + (round % 5); change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            string path = _folder.WriteBytes("fuzz.bin", round % 7 == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes);
            IdentityMaterial? material = IdentityFile.Load(path, null, new Secret(Password), KeyOwner.Identity("alice"), keyRequired: true, out InputProblem? problem);
            (material is null).ShouldBe(problem is not null);
            refused += material is null ? 1 : 0;
            material?.Key?.Dispose();
        }

        refused.ShouldBeGreaterThan(50);
    }

    private static IdentityMaterial Read(string certificate, string? key = null, string? password = null)
    {
        IdentityMaterial? material = IdentityFile.Load(
            certificate, key, password is null ? null : new Secret(password), KeyOwner.Identity("alice"), keyRequired: true, out InputProblem? problem);
        problem.ShouldBeNull();
        return material.ShouldNotBeNull();
    }

    private static InputProblem Refused(string certificate, string? key = null, string? password = null)
    {
        IdentityFile.Load(certificate, key, password is null ? null : new Secret(password), KeyOwner.Identity("alice"), keyRequired: true, out InputProblem? problem).ShouldBeNull();
        InputProblem told = problem.ShouldNotBeNull();
        told.Message.ShouldNotContain("\n");
        told.Message.ShouldNotContain(Password);
        (told.Hint is null || !told.Hint.Contains(Password, StringComparison.Ordinal)).ShouldBeTrue();
        return told;
    }

    private static void Matches(IdentityMaterial material, X509Certificate2 certificate)
    {
        AsymmetricAlgorithm key = material.Key.ShouldNotBeNull();
        key.ExportSubjectPublicKeyInfo().ShouldBe(certificate.PublicKey.ExportSubjectPublicKeyInfo());
        byte[] data = [1, 2, 3];
        bool signs = key switch
        {
            // The certificate's public half has the same kind of key as its private one.
            RSA rsa => certificate.GetRSAPublicKey()!.VerifyData(data, rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
            // As above.
            ECDsa ec => certificate.GetECDsaPublicKey()!.VerifyData(data, ec.SignData(data, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256),
            _ => false,
        };
        signs.ShouldBeTrue();
        key.Dispose();
    }

    private static IEnumerable<string[]> Permutations(string[] items)
    {
        if (items.Length <= 1)
        {
            yield return items;
            yield break;
        }

        for (int i = 0; i < items.Length; i++)
        {
            foreach (string[] rest in Permutations([.. items[..i], .. items[(i + 1)..]]))
            {
                yield return [items[i], .. rest];
            }
        }
    }
}
