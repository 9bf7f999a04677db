using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How an application maps a verified certificate to one account, and decides for that account.</summary>
internal static class MapIdentity
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Map the verified leaf certificate to an account by its SHA-256 or by issuer and serial together, never by a part of its subject text; refuse a certificate without an account; compare the account with the owner of every resource."),
        new(
            ServerStack.AspNetCore,
            "Look the certificate up by its SHA-256 and check the owner where the resource is loaded.",
            "string user = certificate.GetNameInfo(X509NameType.SimpleName, false);",
            """
            Account? account = accounts.Find(Convert.ToHexString(SHA256.HashData(certificate.RawData)));
            if (account is null || order.Owner != account.Id) { return Results.Forbid(); }
            """),
        new(
            ServerStack.Nginx,
            "Pass the certificate itself to the application, over a connection that only nginx can open, and let the application map it; overwrite what the client sent.",
            "proxy_set_header X-User $ssl_client_s_dn_cn;",
            "proxy_set_header X-Client-Cert $ssl_client_escaped_cert;"),
        new(
            ServerStack.Haproxy,
            "Pass the DER of the certificate and delete what the client sent.",
            "http-request set-header X-User %{+Q}[ssl_c_s_dn(cn)]",
            """
            http-request del-header Client-Cert
            http-request set-header Client-Cert ":%[ssl_c_der,base64]:"
            """),
        new(
            ServerStack.Go,
            "Key the account by the SHA-256 of the raw certificate.",
            "user := r.TLS.PeerCertificates[0].Subject.CommonName",
            "account, ok := accounts[sha256.Sum256(r.TLS.VerifiedChains[0][0].Raw)]"),
        new(
            ServerStack.Node,
            "Use the SHA-256 fingerprint of the peer certificate, after socket.authorized.",
            "const user = req.socket.getPeerCertificate().subject.CN",
            "const account = req.socket.authorized && accounts.get(req.socket.getPeerCertificate().fingerprint256)"),
        new(
            ServerStack.Axum,
            "Key the account by the SHA-256 of the end-entity certificate of the connection, and check the owner in the handler.",
            "let user = common_name(&peer_certificates[0]);",
            "let account = accounts.get(&Sha256::digest(&peer_certificates[0])).ok_or(StatusCode::FORBIDDEN)?;"),
    ];
}
