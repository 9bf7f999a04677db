using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How text out of certificates is kept from being read as something else, and their addresses from being called.</summary>
internal static class NeutraliseNames
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Treat every text of a certificate as input: bind it as a parameter of queries, escape it for LDAP filters (RFC 4515), encode it for logs and headers; better, look accounts up by the certificate's SHA-256. Never fetch an address that a certificate names while the client waits."),
        new(
            ServerStack.AspNetCore,
            "Bind the name as a parameter, and switch the downloads of the chain policy off.",
            """
            db.Users.FromSqlRaw($"select * from users where cn = '{name}'");
            """,
            """
            db.Users.Where(user => user.Certificate == sha256);
            policy.DisableCertificateDownloads = true;
            """),
        new(
            ServerStack.Nginx,
            "Pass the certificate percent-encoded instead of its names.",
            "proxy_set_header X-User $ssl_client_s_dn;",
            "proxy_set_header X-Client-Cert $ssl_client_escaped_cert;"),
        new(
            ServerStack.Haproxy,
            "Pass the DER as base64 instead of its names.",
            "http-request set-header X-User %[ssl_c_s_dn]",
            "http-request set-header Client-Cert :%[ssl_c_der,base64]:"),
        new(
            ServerStack.Go,
            "Use placeholders, and ldap.EscapeFilter for filters.",
            "filter := fmt.Sprintf(\"(cn=%s)\", cn)",
            "filter := fmt.Sprintf(\"(cn=%s)\", ldap.EscapeFilter(cn))"),
        new(
            ServerStack.Node,
            "Use placeholders.",
            "db.query(`select * from users where cn = '${cn}'`)",
            "db.query('select * from users where certificate = $1', [fingerprint256])"),
    ];
}
