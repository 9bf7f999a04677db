using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.Certificates.Tests.Pkits;

/// <summary>One row of NIST PKITS 1.0.1, read from ../shared/conformance/pkits beside the repository.</summary>
internal sealed class PkitsCase
{
    private const string TestPolicies = "2.16.840.1.101.3.2.1.48.";
    private static readonly DateTimeOffset Clock = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly JsonElement _row;
    private readonly string _folder;

    private PkitsCase(JsonElement row, string folder)
    {
        _row = row;
        _folder = folder;
    }

    public string Number => _row.GetProperty("number").GetString() ?? "";

    public string Title => _row.GetProperty("title").GetString() ?? "";

    public bool IsValid => _row.GetProperty("valid").GetBoolean();

    /// <summary>Where the suite is, or null: the first parent folder with shared/conformance/pkits.</summary>
    public static string? FindFolder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string folder = Path.Combine(at.FullName, "shared", "conformance", "pkits");
            if (File.Exists(Path.Combine(folder, "cases.json")))
            {
                return folder;
            }
        }

        return null;
    }

    public static ImmutableArray<PkitsCase> LoadAll(string folder)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "cases.json")));
        return [.. document.RootElement.EnumerateArray().Select(row => new PkitsCase(row.Clone(), folder))];
    }

    /// <summary>The verdict with revocation on, everything the case names at hand, and this profile.</summary>
    public ChainVerdict Verify(StrictProfile? profile)
    {
        byte[][] certificates = [.. Names("certs").Select(n => File.ReadAllBytes(Path.Combine(_folder, "certs", n)))];
        TrustAnchor.TryRead(certificates[0], out TrustAnchor? anchor).ShouldBeTrue();
        var policy = new ChainPolicy
        {
            InitialPolicies = Initial(),
            RequireExplicitPolicy = Flag("explicitPolicy"),
            InhibitPolicyMapping = Flag("inhibitMapping"),
            InhibitAnyPolicy = Flag("inhibitAny"),
            MaxIntermediates = 10,
            Profile = profile,
        };
        var verifier = new ChainVerifier([anchor.ShouldNotBeNull()], [], policy);
        ReadOnlyMemory<byte>[] presented = [.. certificates[1..^1].Select(static c => (ReadOnlyMemory<byte>)c)];
        return verifier.Verify(certificates[^1], presented, Snapshot(), Clock);
    }

    /// <summary>What the platform's X509Chain says with everything it can be told: anchor, intermediates, clock, policies asked for.</summary>
    /// <remarks>It takes no revocation lists by value, and no policy inhibitions.</remarks>
    public bool IsAcceptedByPlatform()
    {
        X509Certificate2[] certificates = [.. Names("certs").Select(n => X509CertificateLoader.LoadCertificate(File.ReadAllBytes(Path.Combine(_folder, "certs", n))))];
        try
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(certificates[0]);
            chain.ChainPolicy.ExtraStore.AddRange(certificates[1..^1]);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.DisableCertificateDownloads = true;
            chain.ChainPolicy.VerificationTime = Clock.UtcDateTime;
            if (Flag("explicitPolicy"))
            {
                foreach (string policy in Initial().Where(static p => p != "2.5.29.32.0"))
                {
                    chain.ChainPolicy.CertificatePolicy.Add(new Oid(policy));
                }
            }

            return chain.Build(certificates[^1]);
        }
        catch (CryptographicException)
        {
            // Some answers of OpenSSL the platform has no words for: no acceptance.
            return false;
        }
        finally
        {
            Array.ForEach(certificates, static c => c.Dispose());
        }
    }

    private RevocationSnapshot Snapshot()
    {
        var lists = new List<CertificateRevocationList>();
        foreach (string name in Names("crls"))
        {
            byte[] der = File.ReadAllBytes(Path.Combine(_folder, "crls", name));
            CertificateRevocationList.TryRead(der, out CertificateRevocationList? list, out CertificateDefect? defect).ShouldBeTrue($"{name}: {defect}");
            lists.Add(list.ShouldNotBeNull());
        }

        return RevocationSnapshot.Of(1, lists, [], [], []);
    }

    private ImmutableArray<string> Initial() =>
        _row.TryGetProperty("initialPolicySet", out JsonElement set)
            ? [.. set.EnumerateArray().Select(static p => TestPolicies + (p.GetString() ?? "")[^1])]
            : ["2.5.29.32.0"];

    private bool Flag(string name) => _row.TryGetProperty(name, out JsonElement flag) && flag.GetBoolean();

    private IEnumerable<string> Names(string property) => _row.GetProperty(property).EnumerateArray().Select(static n => n.GetString() ?? "");
}
