using System;
using System.Collections.Generic;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Chain;

/// <summary>Random name constraints and names, judged by us and by the platform: what we accept, it accepts too.</summary>
public sealed class SecondOpinionTests : IDisposable
{
    private static readonly string[] Hosts = ["example.com", "a.example.com", "b.a.example.com", "example.org", "notexample.com", "EXAMPLE.com"];
    private static readonly string[] Roots = ["example.com", "a.example.com", ".example.com", "example.org", "com"];

    private readonly Authority _root = Authority.Root();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    public void Name_constraints_are_never_read_more_leniently_than_by_the_platform(int seed)
    {
        var random = new Random(seed);
        int accepted = 0;
        int refused = 0;
        for (int round = 0; round < 150; round++)
        {
            using Authority sub = _root.Sub("CN=Bound,O=Example", null, Constraints(random));
            string subject = random.Next(3) == 0 ? "CN=x,O=Other" : "CN=x,O=Example";
            byte[] leaf = sub.Client(subject, Names(random));
            bool ours = Ours(leaf, sub.Der);
            bool platform = Platform(leaf, sub.Der);
            (!ours || platform).ShouldBeTrue($"seed {seed}, round {round}: {Convert.ToHexString(sub.Der)} {Convert.ToHexString(leaf)}");
            accepted += ours ? 1 : 0;
            refused += ours ? 0 : 1;
        }

        accepted.ShouldBePositive();
        refused.ShouldBePositive();
    }

    private static X509Extension Constraints(Random random) => Minted.Raw("2.5.29.30", w => Minted.Sequence(w, () =>
    {
        int kinds = random.Next(1, 4);
        for (int part = 0; part < 2; part++)
        {
            if ((kinds & (1 << part)) != 0)
            {
                using (w.PushSequence(new Asn1Tag(TagClass.ContextSpecific, part)))
                {
                    for (int i = random.Next(1, 3); i > 0; i--)
                    {
                        Minted.Sequence(w, () => Root(w, random));
                    }
                }
            }
        }
    }), critical: true);

    private static void Root(AsnWriter writer, Random random)
    {
        string host = Roots[random.Next(Roots.Length)];
        switch (random.Next(5))
        {
            case 0:
                Text(writer, 1, random.Next(2) == 0 ? host : "alice@" + host.TrimStart('.'));
                break;
            case 1:
                Text(writer, 2, host);
                break;
            case 2:
                Text(writer, 6, host);
                break;
            case 3:
                writer.WriteOctetString([192, 0, 2, 0, 255, 255, 255, (byte)(random.Next(2) == 0 ? 0 : 128)], new Asn1Tag(TagClass.ContextSpecific, 7));
                break;
            default:
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4)))
                {
                    writer.WriteEncodedValue(new X500DistinguishedName(random.Next(2) == 0 ? "O=Example" : "O=Other").RawData);
                }

                break;
        }
    }

    private static X509Extension Names(Random random) => Minted.Raw("2.5.29.17", w => Minted.Sequence(w, () =>
    {
        for (int i = random.Next(1, 3); i > 0; i--)
        {
            string host = Hosts[random.Next(Hosts.Length)];
            switch (random.Next(4))
            {
                case 0:
                    Text(w, 1, (random.Next(2) == 0 ? "alice@" : "Alice@") + host);
                    break;
                case 1:
                    Text(w, 2, (random.Next(4) == 0 ? "*." : "") + host);
                    break;
                case 2:
                    Text(w, 6, "https://" + host + (random.Next(2) == 0 ? ":8443/x" : "/"));
                    break;
                default:
                    w.WriteOctetString([192, 0, (byte)random.Next(2, 4), (byte)random.Next(256)], new Asn1Tag(TagClass.ContextSpecific, 7));
                    break;
            }
        }
    }));

    private static void Text(AsnWriter writer, int tag, string text) =>
        writer.WriteCharacterString(UniversalTagNumber.IA5String, text, new Asn1Tag(TagClass.ContextSpecific, tag));

    private bool Ours(byte[] leaf, byte[] sub)
    {
        var policy = new ChainPolicy { Profile = null, Revocation = new RevocationPolicy { Mode = RevocationMode.Off } };
        List<ReadOnlyMemory<byte>> presented = [sub];
        return new ChainVerifier([_root.Anchor], [], policy).Verify(leaf, presented, RevocationSnapshot.Empty, Authority.Now) is ChainVerdict.Verified;
    }

    private bool Platform(byte[] leaf, byte[] sub)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(_root.Der));
        chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(sub));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = Authority.Now.UtcDateTime;
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(leaf);
        bool built = chain.Build(certificate);
        return built || chain.ChainStatus.All(static s => s.Status == X509ChainStatusFlags.NoError);
    }
}
