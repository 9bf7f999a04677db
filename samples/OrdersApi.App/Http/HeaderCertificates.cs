using System;
using System.Collections.Frozen;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>Headers that a proxy would set, believed from whoever sends them. Without a weakness they say nothing.</summary>
internal sealed class HeaderCertificates(FrozenSet<Weakness> weak, AccountDirectory accounts)
{
    private static readonly string[] _names = ["X-SSL-Client-S-DN", "X-SSL-Client-DN", "SSL_CLIENT_S_DN", "X-Client-DN"];
    private static readonly string[] _certificates = ["Client-Cert", "X-SSL-Client-Cert", "X-Client-Cert"];

    /// <summary>The one whom the headers name; null when they name nobody, or nobody believes them.</summary>
    public Caller? CallerOf(HttpContext context)
    {
        // Behind a proxy that ends TLS the connection shows no certificate; the third weakness does not even look.
        if (context.Connection.ClientCertificate is not null && !weak.Contains(Weakness.HeaderBeatsCertificate))
        {
            return null;
        }

        var byName = weak.Contains(Weakness.HeaderIdentity) || weak.Contains(Weakness.HeaderBeatsCertificate);
        var byCertificate = weak.Contains(Weakness.HeaderCertificate) || weak.Contains(Weakness.HeaderBeatsCertificate);
        var account = (byName ? Named(context) : null) ?? (byCertificate ? Certified(context) : null);
        return account is null ? null : new Caller { Account = account };
    }

    private Account? Named(HttpContext context) => _names
        .Select(name => context.Request.Headers[name].ToString())
        .SelectMany(value => value.Split(',', '/'))
        .Select(part => part.Split('='))
        .Where(part => part.Length == 2 && part[0].Trim().Equals("CN", StringComparison.OrdinalIgnoreCase))
        .Select(part => accounts.Find(part[1].Trim()))
        .FirstOrDefault(account => account is not null);

    private Account? Certified(HttpContext context)
    {
        // Those of RFC 9440 alone, or whatever anybody ever called one.
        foreach (var name in weak.Contains(Weakness.HeaderBeatsCertificate) ? _certificates : _certificates[..1])
        {
            try
            {
                if (context.Request.Headers[name].ToString().Trim(':') is { Length: > 0 } value)
                {
                    using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(value));
                    return accounts.Find(certificate);
                }
            }
            catch (Exception e) when (e is FormatException or CryptographicException)
            {
                // No certificate, nobody.
            }
        }

        return null;
    }
}
