using System;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

/// <summary>Self-signed authorities under any names, for lists of accepted authorities.</summary>
internal static class NamedAuthorities
{
    public static X509Certificate2Collection Of(params string[] names)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return [.. names.Select(name => Authority(name, key, now))];
    }

    private static X509Certificate2 Authority(string name, ECDsa key, DateTimeOffset now)
    {
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
    }
}
