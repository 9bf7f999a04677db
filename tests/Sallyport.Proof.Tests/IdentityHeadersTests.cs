using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.Scan.Target;
using Tried = Sallyport.Scan.Checks.Proxy.IdentityHeaders;

namespace Sallyport.Proof.Tests;

/// <summary>What the scanner tries as somebody's name in a header, the guard takes away: one list is held against the other.</summary>
public sealed class IdentityHeadersTests
{
    [Fact]
    public void Every_header_that_the_scanner_forges_is_taken_away_in_every_spelling()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=alice", key, HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var victim = new Identity { Name = "alice", Chain = [[.. certificate.RawData], [.. certificate.RawData]] };
        Tried.Family[] families = [.. Tried.Naming(victim), Tried.Rfc9440(victim)];
        string[] names = [.. families.Concat(families.SelectMany(Tried.Spellings)).SelectMany(static family => family.Headers).Select(static header => header.Name).Distinct()];
        names.Length.ShouldBeGreaterThan(80);
        var guard = new IdentityHeaders([]);
        names.Where(name => !guard.IsTaken(name, fromTrustedProxy: true)).ShouldBeEmpty();
    }
}
