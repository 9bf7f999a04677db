using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sallyport.Scan.Target;

/// <summary>The other virtual hosts of the target's address.</summary>
internal static class ServerNames
{
    private const int Max = 32;

    /// <summary>The names given and the DNS names of the server's certificate, without the target's own.</summary>
    /// <remarks>A certificate is the server's text: of its names only usual host names (RFC 952, RFC 1123) may become an SNI and a Host.</remarks>
    /// <param name="request">The scan.</param>
    /// <param name="chain">The server's chain as sent.</param>
    public static ImmutableArray<string> Others(ScanRequest request, ImmutableArray<ImmutableArray<byte>> chain) =>
    [
        .. request.Names.Concat(OfCertificate(chain).Where(IsHostName))
            .Select(name => name.ToLowerInvariant())
            .Where(name => name != request.Target.Host)
            .Distinct(StringComparer.Ordinal)
            .Take(Max),
    ];

    // Letters, digits and inner hyphens; no address, no wildcard, nothing that a header or a terminal would take for more than a name.
    private static bool IsHostName(string name) => name.Length is > 0 and <= 253
        && !IPAddress.TryParse(name, out _)
        && name.Split('.').All(label => label is { Length: > 0 and <= 63 } && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

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
