using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>How the server's own certificate and port are put in order.</summary>
internal static class RenewServerCertificate
{
    /// <summary>General advice first, then one remedy a stack.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "Serve a certificate that names the host, is in its dates, carries the serverAuth usage, has a key of 256 (EC) or 2048 (RSA) bits or more and a SHA-2 signature, together with every intermediate in order; renew it by a program."),
        new(
            ServerStack.AspNetCore,
            "Load the leaf with its intermediates and give Kestrel the whole chain.",
            "https.ServerCertificate = leaf;",
            """
            https.ServerCertificate = leaf;
            https.ServerCertificateChain = intermediates;
            """),
        new(ServerStack.Nginx, "Put the leaf first and every intermediate after it into the file of ssl_certificate.", "ssl_certificate leaf.pem;", "ssl_certificate fullchain.pem;"),
        new(ServerStack.Haproxy, "Put leaf, intermediates and key into one file, in this order.", "bind :443 ssl crt leaf.pem", "bind :443 ssl crt fullchain-and-key.pem"),
        new(ServerStack.Node, "Give the leaf and its intermediates as one PEM text.", "cert: fs.readFileSync('leaf.pem')", "cert: fs.readFileSync('fullchain.pem')"),
    ];
}
