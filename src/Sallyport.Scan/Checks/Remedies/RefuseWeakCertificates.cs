using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How each stack is made to refuse client certificates with short keys and broken digests.</summary>
internal static class RefuseWeakCertificates
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Demand at least 112 bits of strength of every key and signature in the chain: RSA of 2048 bits, P-256, SHA-256; and let the CA refuse to issue less."),
        new(
            ServerStack.AspNetCore,
            "The chain policy knows no least strength: compare key size and signature algorithm of every certificate of the chain.",
            "https.ClientCertificateValidation = (_, _, errors) => errors == SslPolicyErrors.None;",
            """
            https.ClientCertificateValidation = (certificate, chain, errors) => errors == SslPolicyErrors.None
                && chain.ChainElements.All(link => link.Certificate.GetRSAPublicKey() is not { KeySize: < 2048 }
                    && link.Certificate.SignatureAlgorithm.Value is not ("1.2.840.113549.1.1.5" or "1.2.840.10045.4.1"));
            """),
        new(
            ServerStack.Nginx,
            "Raise OpenSSL's security level to 2: it refuses keys and digests below 112 bits in chains too.",
            "ssl_ciphers DEFAULT:@SECLEVEL=0;",
            "ssl_ciphers DEFAULT:@SECLEVEL=2;"),
        new(
            ServerStack.Haproxy,
            "Raise OpenSSL's security level to 2.",
            "ssl-default-bind-ciphers DEFAULT:@SECLEVEL=0",
            "ssl-default-bind-ciphers DEFAULT:@SECLEVEL=2"),
        new(
            ServerStack.Go,
            "Do not bring SHA-1 and short keys back with GODEBUG; check the leaf's key in VerifyConnection.",
            "GODEBUG=x509sha1=1 ./server",
            "if key, ok := leaf.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < 2048 { return errWeakKey }"),
        new(
            ServerStack.Node,
            "Raise OpenSSL's security level to 2.",
            "https.createServer({ key, cert, ca, requestCert: true, ciphers: 'DEFAULT@SECLEVEL=0' }, app)",
            "https.createServer({ key, cert, ca, requestCert: true, ciphers: 'DEFAULT@SECLEVEL=2' }, app)"),
        new(
            ServerStack.Axum,
            "rustls refuses both by itself: take out the algorithms that an own verifier brought back.",
            "fn supported_verify_schemes(&self) -> Vec<SignatureScheme> { vec![SignatureScheme::RSA_PKCS1_SHA1] }",
            "fn supported_verify_schemes(&self) -> Vec<SignatureScheme> { self.inner.supported_verify_schemes() }"),
    ];
}
