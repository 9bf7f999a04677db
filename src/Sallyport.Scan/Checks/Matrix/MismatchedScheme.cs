using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Tls;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-118: a CertificateVerify that names a scheme which does not fit the key, or was not offered.</summary>
internal sealed class MismatchedScheme : ProofCheck
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-118",
        Title = "A signature scheme that does not fit is taken",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Variants =
        [
            new("other-kind", "a scheme for another kind of key", Severity.Critical),
            new("not-offered", "a scheme that the server did not offer", Severity.Critical),
        ],
        Standards = new() { Cwe = [347], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.1"], Asvs = ["12.1.3"] },
        Needs = Usual,
        Why = "CertificateVerify names the scheme it was signed with. The server must hold it against its own list and against the kind of the certificate's key before it verifies. Code that believes the label has skipped the whole check in one library, and lets a client choose a digest that the server had ruled out in others.",
        Impact = "At worst, everybody who has seen a client's certificate is that client; at least, a signature over a broken digest is taken.",
        How = "The valid identity's certificate is shown and its signature is labelled with a scheme for another kind of key, then with one that the server's request does not list; in TLS 1.3 and 1.2 wherever a certificate is asked for. A safe server refuses, usually with alert 47 (illegal_parameter) or 51 (decrypt_error); whatever refuses counts.",
        Sources = ["RFC 8446, section 4.4.3", "RFC 5246, section 7.4.8", "CVE-2022-25638"],
        Remedies = ProvePossession.All,
    };

    /// <inheritdoc/>
    protected override string Cause => Causes.KeyNotProved;

    /// <inheritdoc/>
    protected override ImmutableArray<Deviation> Deviations(CheckContext context) => [.. context.AskingVersions.SelectMany(version => Ways(context, version))];

    private static IEnumerable<Deviation> Ways(CheckContext context, TlsVersion version)
    {
        bool rsa = context.A.Key is RSA;
        yield return Forced("other-kind", version, rsa ? SignatureScheme.EcdsaSecp256R1Sha256 : version == TlsVersion.Tls13 ? SignatureScheme.RsaPssRsaeSha256 : SignatureScheme.RsaPkcs1Sha256);

        // Without the list nobody knows what was not offered.
        if (context.Survey.Handshakes.FirstOrDefault(h => h.Version == version) is SurveyedHandshake { Request.SignatureSchemes: { IsEmpty: false } offered }
            && NotOffered(rsa, version, offered) is { } scheme)
        {
            yield return Forced("not-offered", version, scheme);
        }
    }

    private static SignatureScheme? NotOffered(bool rsa, TlsVersion version, ImmutableArray<SignatureScheme> offered)
    {
        ImmutableArray<SignatureScheme> candidates = rsa
            ? [SignatureScheme.RsaPkcs1Sha1, .. version == TlsVersion.Tls13 ? [SignatureScheme.RsaPkcs1Sha256] : (ImmutableArray<SignatureScheme>)[], SignatureScheme.RsaPssRsaeSha512]
            : [SignatureScheme.EcdsaSha1, SignatureScheme.EcdsaSecp521R1Sha512, SignatureScheme.EcdsaSecp384R1Sha384];
        return candidates.Where(one => !offered.Contains(one)).Select(one => (SignatureScheme?)one).FirstOrDefault();
    }

    private static Deviation Forced(string variant, TlsVersion version, SignatureScheme scheme) => new(
        variant,
        $"A's certificate with a signature labelled {scheme.Name}",
        version,
        script => script with { CertificateVerifyScheme = scheme },
        exchange => Showing.Sent(exchange, "CertificateVerify"));
}
