using System;

namespace Sallyport.Tls;

/// <summary>What a registered name says, split once.</summary>
internal sealed record CipherSuiteName(string KeyExchange, string Authentication, string Encryption, string Mac, bool IsExport)
{
    internal static CipherSuiteName None { get; } = new("", "", "", "", IsExport: false);

    private static readonly string[] Hashes = ["SHA256", "SHA384", "SHA512", "SHA", "MD5", "SM3", "IMIT", "OMAC"];

    internal static bool IsAead(string encryption) =>
        encryption.Contains("GCM", StringComparison.Ordinal)
        || encryption.Contains("CCM", StringComparison.Ordinal)
        || encryption.Contains("MGM", StringComparison.Ordinal)
        || encryption.StartsWith("CHACHA20", StringComparison.Ordinal)
        || encryption.StartsWith("AEGIS", StringComparison.Ordinal);

    internal static int Strength(CipherSuiteName name)
    {
        string encryption = name.Encryption;
        if (encryption is "" or "NULL")
        {
            return 0;
        }

        if (encryption.StartsWith("3DES", StringComparison.Ordinal))
        {
            return 112;
        }

        if (encryption.Contains("40", StringComparison.Ordinal))
        {
            return 40;
        }

        if (encryption.StartsWith("DES_CBC", StringComparison.Ordinal) || encryption.Contains("_56", StringComparison.Ordinal))
        {
            return 56;
        }

        return encryption.Contains("128", StringComparison.Ordinal) || encryption.StartsWith("SEED", StringComparison.Ordinal)
            || encryption.StartsWith("IDEA", StringComparison.Ordinal) || encryption.StartsWith("SM4", StringComparison.Ordinal) ? 128 : 256;
    }

    internal static CipherSuiteName Parse(string name)
    {
        if (name.EndsWith("_SCSV", StringComparison.Ordinal))
        {
            return None;
        }

        int with = name.IndexOf("_WITH_", StringComparison.Ordinal);
        if (with < 0)
        {
            (string encryption13, string mac13) = SplitEncryption(name[4..]);
            return new CipherSuiteName("any", "any", encryption13, mac13, IsExport: false);
        }

        string head = name[4..with];
        string rest = name[(with + 6)..];
        if (rest.EndsWith("_OLD", StringComparison.Ordinal))
        {
            rest = rest[..^4];
        }

        bool export = head.Contains("_EXPORT", StringComparison.Ordinal);
        int cut = head.IndexOf("_EXPORT", StringComparison.Ordinal);
        (string exchange, string authentication) = SplitHead(cut < 0 ? head : head[..cut]);
        (string encryption, string mac) = SplitEncryption(rest);
        return new CipherSuiteName(exchange, authentication, encryption, mac, export);
    }

    private static (string Exchange, string Authentication) SplitHead(string head) => head switch
    {
        "NULL" => ("NULL", "NULL"),
        "RSA" or "RSA_FIPS" or "FIPS" => ("RSA", "RSA"),
        "RSA_PSK" => ("RSA_PSK", "RSA"),
        "PSK_DHE" or "DHE_PSK" => ("DHE_PSK", "PSK"),
        "ECDHE_PSK" => ("ECDHE_PSK", "PSK"),
        "PSK" => ("PSK", "PSK"),
        "SRP_SHA" => ("SRP", "SRP"),
        "SRP_SHA_RSA" => ("SRP", "RSA"),
        "SRP_SHA_DSS" => ("SRP", "DSS"),
        "KRB5" => ("KRB5", "KRB5"),
        "ECCPWD" => ("ECCPWD", "ECCPWD"),
        "AKE" => ("AKE", "AKE"),
        _ when head.StartsWith("GOST", StringComparison.Ordinal) => ("GOST", "GOST"),
        _ => (head[..head.IndexOf('_', StringComparison.Ordinal)], head[(head.IndexOf('_', StringComparison.Ordinal) + 1)..]),
    };

    private static (string Encryption, string Mac) SplitEncryption(string rest)
    {
        foreach (string hash in Hashes)
        {
            if (rest.EndsWith("_" + hash, StringComparison.Ordinal))
            {
                return (rest[..^(hash.Length + 1)], hash);
            }
        }

        return rest == "NULL_NULL" ? ("NULL", "NULL") : (rest, "");
    }
}
