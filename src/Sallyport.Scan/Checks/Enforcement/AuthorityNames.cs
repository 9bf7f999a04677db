using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Scan.Target;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>The authorities that a server says it accepts, as text.</summary>
internal static class AuthorityNames
{
    /// <summary>Every question for a certificate that the survey saw, in the handshake or later.</summary>
    /// <param name="survey">The survey.</param>
    public static ImmutableArray<CertificateRequestFacts> Questions(Survey survey) =>
    [
        .. survey.Handshakes.Select(h => h.Request).OfType<CertificateRequestFacts>(),
        .. survey.Handshakes.SelectMany(h => h.Nobody.Session?.LaterCertificateRequests ?? []),
        .. survey.Control?.First.Session?.LaterCertificateRequests ?? [],
    ];

    /// <summary>The names of the longest list, readable; a name that is no DER is told as such.</summary>
    /// <param name="survey">The survey.</param>
    public static ImmutableArray<string> Of(Survey survey) => [.. Longest(survey).Select(Text).Distinct()];

    /// <summary>The bytes of the longest list, as RFC 8446 counts them.</summary>
    /// <param name="survey">The survey.</param>
    public static int Bytes(Survey survey) => Longest(survey).Sum(name => name.Length + 2);

    private static ImmutableArray<ImmutableArray<byte>> Longest(Survey survey) =>
        Questions(survey).Select(q => q.AuthorityNames).OrderByDescending(names => names.Length).FirstOrDefault() is { IsDefault: false } longest ? longest : [];

    private static string Text(ImmutableArray<byte> der)
    {
        try
        {
            return new X500DistinguishedName(der.AsSpan()).Name;
        }
        catch (CryptographicException)
        {
            return $"({der.Length} bytes that are no name)";
        }
    }
}
