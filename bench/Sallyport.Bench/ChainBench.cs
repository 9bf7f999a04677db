using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Bench;

/// <summary>ChainVerifier beside X509Chain.Build on one path of three P-256 certificates, in turn in the same run.</summary>
internal static class ChainBench
{
    private const int PerRound = 2_000;

    public static string Run(int rounds)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using ECDsa leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 root = Authority("CN=Root,O=Bench", rootKey).CreateSelfSigned(now.AddDays(-1), now.AddDays(90));
        using X509Certificate2 middle = Signed(Authority("CN=Intermediate,O=Bench", middleKey), root, rootKey, now);
        using X509Certificate2 leaf = Signed(Leaf(leafKey), middle, middleKey, now);

        // One signature check is all that this policy allows: more and the path would be refused.
        var policy = new ChainPolicy { MaxSignatureChecks = 1, Revocation = new RevocationPolicy { Mode = RevocationMode.Off } };
        var known = new ChainVerifier([TrustAnchor.Of(Read(root))], [Read(middle)], policy);
        var unknown = new ChainVerifier([TrustAnchor.Of(Read(root))], [], policy with { MaxSignatureChecks = 2 });
        byte[] der = leaf.RawData;
        ReadOnlyMemory<byte>[] sent = [middle.RawData];
        List<(string Name, Action Once, Figures Figures)> ways =
        [
            ("ChainVerifier, intermediate known (one signature check), from the leaf's octets", () => Demand(known.Verify(der, [], RevocationSnapshot.Empty, now)), new()),
            ("ChainVerifier, intermediate sent (two signature checks), from the octets", () => Demand(unknown.Verify(der, sent, RevocationSnapshot.Empty, now)), new()),
            ("X509Chain.Build, custom root, NoCheck, leaf loaded before", () => Build(leaf, root, middle), new()),
            ("the same, leaf loaded from its octets each time", () => BuildFrom(der, root, middle), new()),
        ];
        foreach ((_, Action once, _) in ways)
        {
            Time(once);
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach ((string name, Action once, Figures figures) in ways)
            {
                figures.Add(Time(once));
                Console.Error.WriteLine($"round {round + 1}: {name}: {figures.Median:F1} µs");
            }
        }

        double own = ways[0].Figures.Median;
        var text = new StringBuilder("| what | µs: median (min to max) | ratio to the first row |\n|---|---|---|\n");
        foreach ((string name, _, Figures figures) in ways)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {figures.Text("F1")} | {figures.Median / own:F2} |\n");
        }

        return text.ToString();
    }

    private static double Time(Action once)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < PerRound; i++)
        {
            once();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / PerRound;
    }

    private static void Demand(ChainVerdict verdict)
    {
        if (verdict is not ChainVerdict.Verified)
        {
            throw new InvalidOperationException($"Refused: {verdict}");
        }
    }

    private static void BuildFrom(byte[] der, X509Certificate2 root, X509Certificate2 middle)
    {
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(der);
        Build(leaf, root, middle);
    }

    private static void Build(X509Certificate2 leaf, X509Certificate2 root, X509Certificate2 middle)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.ExtraStore.Add(middle);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        bool built = chain.Build(leaf);
        foreach (X509ChainElement element in chain.ChainElements)
        {
            element.Certificate.Dispose();
        }

        if (!built)
        {
            throw new InvalidOperationException("X509Chain did not build the path.");
        }
    }

    internal static CertificateProfile Read(X509Certificate2 certificate) =>
        CertificateProfile.TryRead(certificate.RawData, out CertificateProfile? profile, out CertificateDefect? defect) ? profile : throw new InvalidOperationException(defect.ToString());

    internal static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static CertificateRequest Leaf(ECDsa key)
    {
        var request = new CertificateRequest("CN=alice,O=Bench", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("alice.client.test");
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static X509Certificate2 Signed(CertificateRequest request, X509Certificate2 issuer, ECDsa key, DateTimeOffset now)
    {
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 1);
        return request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now.AddHours(-12), now.AddDays(60), serial);
    }
}
