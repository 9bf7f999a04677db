using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Scan.Target;

/// <summary>The other virtual hosts of the target's address.</summary>
internal static class ServerNames
{
    private const int Max = 32;

    /// <summary>The names given and the DNS names of the server's certificate, without the target's own and without wildcards.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="chain">The server's chain as sent.</param>
    public static ImmutableArray<string> Others(ScanRequest request, ImmutableArray<ImmutableArray<byte>> chain) =>
    [
        .. request.Names.Concat(OfCertificate(chain))
            .Select(name => name.ToLowerInvariant())
            .Where(name => name != request.Target.Host && !name.Contains('*', StringComparison.Ordinal))
            .Distinct(StringComparer.Ordinal)
            .Take(Max),
    ];

    private static IEnumerable<string> OfCertificate(ImmutableArray<ImmutableArray<byte>> chain)
    {
        if (chain.IsEmpty)
        {
            return [];
        }

        try
        {
            using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(chain[0].AsSpan());
            return [.. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(san => san.EnumerateDnsNames())];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }
}
