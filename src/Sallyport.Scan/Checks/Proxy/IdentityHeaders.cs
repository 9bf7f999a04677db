using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Certificates;
using Sallyport.Scan.Target;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Proxy;

/// <summary>The headers in which proxies tell a backend whose certificate they saw, filled in with somebody's public certificate.</summary>
/// <remarks>Names and forms: nginx ($ssl_client_*), Apache (SSL_CLIENT_*), Envoy (x-forwarded-client-cert), Traefik, IIS ARR, AWS ALB, HAProxy's manual, RFC 9440.</remarks>
internal static class IdentityHeaders
{
    /// <summary>One family of headers, as one kind of proxy sends them.</summary>
    /// <param name="Name">What evidence calls it.</param>
    /// <param name="Headers">The headers.</param>
    internal sealed record Family(string Name, ImmutableArray<HttpHeader> Headers);

    /// <summary>Every family but RFC 9440's, naming an identity.</summary>
    /// <param name="victim">The identity; it has a certificate.</param>
    public static ImmutableArray<Family> Naming(Identity victim)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(victim.Chain[0].AsSpan());
        string der = Convert.ToBase64String(certificate.RawData);
        string pem = Uri.EscapeDataString(certificate.ExportCertificatePem());
        string subject = certificate.Subject;
        string issuer = certificate.Issuer;
        string slashed = "/" + string.Join('/', subject.Split(", ").Reverse());
        string name = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        string serial = certificate.SerialNumber;
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        // What nginx calls the fingerprint is SHA-1; it is a name here, nobody trusts it.
        string sha1 = Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.SHA1, certificate.RawData));
        string uri = CertificateProfile.TryRead(certificate.RawData, out CertificateProfile? profile, out _)
            ? profile.SubjectAlternativeNames.OfType<GeneralName.Uri>().Select(one => one.Value).FirstOrDefault() ?? ""
            : "";
        return
        [
            new("nginx", [
                new("X-SSL-Client-Verify", "SUCCESS"), new("X-SSL-Client-S-DN", subject), new("X-SSL-Client-I-DN", issuer), new("X-SSL-Client-Serial", serial),
                new("X-SSL-Client-Fingerprint", sha1), new("X-SSL-Client-Cert", pem), new("X-SSL-Client-CN", name)]),
            new("Apache", [
                new("SSL-Client-Verify", "SUCCESS"), new("SSL-Client-S-DN", slashed), new("SSL-Client-S-DN-CN", name), new("SSL-Client-M-Serial", serial), new("SSL-Client-Cert", pem)]),
            new("Apache with underscores", [
                new("SSL_CLIENT_VERIFY", "SUCCESS"), new("SSL_CLIENT_S_DN", slashed), new("SSL_CLIENT_S_DN_CN", name), new("SSL_CLIENT_CERT", pem)]),
            new("X-Client-*", [
                new("X-Client-Verify", "SUCCESS"), new("X-Client-DN", subject), new("X-Client-S-DN", subject), new("X-Client-CN", name), new("X-Client-Cert", der),
                new("X-Client-Fingerprint", sha256), new("X-Client-Serial", serial)]),
            new("IIS ARR", [new("X-ARR-ClientCert", der)]),
            new("Envoy", [new("X-Forwarded-Client-Cert", $"Hash={sha256};Cert=\"{pem}\";Subject=\"{subject}\";URI={uri}")]),
            new("Traefik", [
                new("X-Forwarded-Tls-Client-Cert", Uri.EscapeDataString(der)), new("X-Forwarded-Tls-Client-Cert-Info", Uri.EscapeDataString($"Subject=\"{subject}\";Issuer=\"{issuer}\""))]),
            new("AWS", [
                new("X-Amzn-Mtls-Clientcert", pem), new("X-Amzn-Mtls-Clientcert-Leaf", pem), new("X-Amzn-Mtls-Clientcert-Subject", subject),
                new("X-Amzn-Mtls-Clientcert-Serial-Number", serial), new("X-Amzn-Mtls-Clientcert-Issuer", issuer)]),
            new("certificate headers", [new("X-Client-Certificate", pem), new("X-SSL-Cert", pem), new("Ssl-Client-Certificate", pem), new("X-Certificate", der)]),
            new("user headers", [
                new("X-Remote-User", name), new("Remote-User", name), new("X-Forwarded-User", name), new("X-Auth-Request-User", name), new("X-Authenticated-User", name), new("X-User", name)]),
        ];
    }

    /// <summary>RFC 9440's headers, naming an identity.</summary>
    /// <param name="victim">The identity; it has a certificate.</param>
    public static Family Rfc9440(Identity victim)
    {
        ImmutableArray<HttpHeader> chain = victim.Chain.Length > 1
            ? [new("Client-Cert-Chain", string.Join(", ", victim.Chain.Skip(1).Select(der => $":{Convert.ToBase64String(der.AsSpan())}:")))]
            : [];
        return new("RFC 9440", [new("Client-Cert", $":{Convert.ToBase64String(victim.Chain[0].AsSpan())}:"), .. chain]);
    }

    /// <summary>Other spellings of a family, that a proxy may fail to strip: twice, other case, underscores, folded over two lines.</summary>
    /// <param name="family">The family.</param>
    public static IEnumerable<Family> Spellings(Family family)
    {
        yield return new($"{family.Name}, twice", [.. family.Headers.Select(header => header with { Value = "none" }), .. family.Headers]);
        yield return new($"{family.Name}, in upper case", [.. family.Headers.Select(header => header with { Name = header.Name.ToUpperInvariant() })]);
        yield return new($"{family.Name}, with underscores", [.. family.Headers.Select(header => header with { Name = header.Name.Replace('-', '_') })]);
        // obs-fold (RFC 9112, section 5.2): some parsers join the lines, some proxies look at the first only.
        yield return new($"{family.Name}, folded", [.. family.Headers.Select(header => header with { Value = "\r\n " + header.Value })]);
    }
}
