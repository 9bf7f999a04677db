using System;
using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>The request headers by which somebody in front says who is asking, from where, or for what; whatever their case, with <c>_</c> or <c>-</c>.</summary>
internal sealed class IdentityHeaders
{
    /// <summary>Who is asking: never believed from anybody. RFC 9440's own are read before they are taken away.</summary>
    private static readonly string[] _names =
    [
        ClientCertHeader.Name, ClientCertHeader.ChainName,
        "X-Client-Cert", "X-Client-Cert-Chain", "X-Client-Certificate", "X-Client-Verify", "X-Client-Verified", "X-Client-Dn", "X-Client-S-Dn",
        "X-Client-I-Dn", "X-Client-Cn", "X-Client-Serial", "X-Client-Fingerprint", "X-Client-Sha1", "X-Client-Subject", "X-Client-Issuer",
        "X-Forwarded-Client-Cert", "X-Forwarded-Client-Cert-Chain", "X-ARR-ClientCert", "X-Arr-Ssl", "X-Cert", "X-Certificate", "X-Verified", "X-Verify",
        "X-Subject-Dn", "X-Issuer-Dn", "X-Mtls-Client-Cert", "X-Envoy-Peer-Metadata", "X-Spiffe-Id", "X-Tls-Client-Cert", "X-WAF-Client-Cert",
        "MS-ASPNETCORE-CLIENTCERT", "SSL-Client", "SSL-Cert", "Ssl-Cipher", "HTTPS-Client", "Cert", "Remote-User", "X-Remote-User", "X-Remote-Groups",
        "X-User", "X-Username", "X-Userid", "X-Email", "X-Roles", "X-Groups", "X-Principal", "X-Identity", "X-Authenticated-User",
        "X-Authenticated-Userid", "X-Auth-User", "X-Auth-Username", "X-WebAuth-User", "X-Forwarded-User", "X-Forwarded-Email", "X-Forwarded-Groups",
        "X-Forwarded-Preferred-Username", "X-Forwarded-Access-Token", "X-Consumer-Username", "X-Consumer-Id", "X-Credential-Identifier",
    ];

    private static readonly string[] _prefixes =
    [
        "X-SSL-", "SSL-Client-", "SSL-Server-", "SSL-CLIENT", "X-Client-Cert-", "X-Forwarded-Tls-", "X-Forwarded-Ssl-", "X-Amzn-Mtls-", "X-Amzn-Oidc-", "X-User-",
        "X-Mtls-", "X-MS-Client-Principal", "X-MS-Token-", "X-Goog-Authenticated-User-", "X-Goog-Iap-", "Cf-Access-", "X-Authentik-", "X-Client-Certificate-",
        "X-Auth-Request-",
    ];

    /// <summary>What is asked for, beside the request line: never believed from anybody.</summary>
    private static readonly string[] _overrides =
    [
        "X-Original-URL", "X-Rewrite-URL", "X-Original-URI", "X-Original-Method", "X-Original-Host", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
        "X-Override-URL", "X-Forwarded-Uri", "X-Forwarded-Path", "X-Forwarded-Method", "X-Forwarded-Url", "X-Accel-Redirect",
    ];

    /// <summary>Where the request came from: believed from nobody but a trusted proxy.</summary>
    private static readonly string[] _origins =
    [
        "Forwarded", "Forwarded-For", "X-Real-IP", "X-Client-IP", "X-Cluster-Client-IP", "X-Originating-IP", "X-Remote-IP", "X-Remote-Addr", "True-Client-IP",
        "CF-Connecting-IP", "CF-Connecting-IPv6", "Fastly-Client-IP", "X-Azure-ClientIP", "X-Azure-SocketIP", "X-ProxyUser-Ip", "X-Host", "Proxy-Host", "Front-End-Https",
        "X-Url-Scheme", "X-Scheme", "X-Forwarded", "WL-Proxy-Client-IP", "Proxy-Client-IP",
    ];

    private static readonly string[] _originPrefixes = ["X-Forwarded-", "X-Original-"];

    private readonly FrozenSet<string> _identity;
    private readonly FrozenSet<string> _origin;

    // For each first letter, which lengths a name that is taken may have: bit 63 stands for every longer one.
    private readonly ulong[] _lengths = new ulong[128];

    /// <summary>Makes the list.</summary>
    /// <param name="more">What the application adds.</param>
    public IdentityHeaders(IEnumerable<string> more)
    {
        _identity = new HashSet<string>([.. _names, .. _overrides, .. more]).ToFrozenSet(new Comparer());
        _origin = _origins.ToFrozenSet(new Comparer());

        // Most headers of most requests have neither, and cost one look.
        foreach (string name in _identity.Concat(_origin))
        {
            Mark(name, Bit(name.Length));
        }

        foreach (string prefix in _prefixes.Concat(_originPrefixes))
        {
            Mark(prefix, ulong.MaxValue << Math.Min(prefix.Length, 63));
        }
    }

    /// <summary>Takes them away.</summary>
    /// <param name="headers">The request's.</param>
    /// <param name="fromTrustedProxy">Whether what it says about the way of the request may stay.</param>
    /// <returns>How many were there.</returns>
    public int Strip(IHeaderDictionary headers, bool fromTrustedProxy)
    {
        // Copied rather than gone through: that makes no enumerator, and what is taken away meanwhile is in nobody's way.
        int count = headers.Count;
        if (count == 0)
        {
            return 0;
        }

        KeyValuePair<string, StringValues>[] copy = ArrayPool<KeyValuePair<string, StringValues>>.Shared.Rent(count);
        Span<KeyValuePair<string, StringValues>> all = copy.AsSpan(0, count);
        int found = 0;
        try
        {
            headers.CopyTo(copy, 0);
            foreach (ref readonly KeyValuePair<string, StringValues> header in all)
            {
                if (IsTaken(header.Key, fromTrustedProxy))
                {
                    headers.Remove(header.Key);
                    found++;
                }
            }
        }
        finally
        {
            // What one request said is not left lying where the next may find it.
            all.Clear();
            ArrayPool<KeyValuePair<string, StringValues>>.Shared.Return(copy);
        }

        return found;
    }

    /// <summary>Whether a name is taken away.</summary>
    public bool IsTaken(string name, bool fromTrustedProxy) =>
        MayBeTaken(name)
        && (_identity.Contains(name)
            || StartsWithAny(name, _prefixes)
            || (!fromTrustedProxy && (_origin.Contains(name) || StartsWithAny(name, _originPrefixes))));

    /// <summary>Whether two names are one: another case, or <c>_</c> for <c>-</c>, which some servers turn into each other.</summary>
    public static bool AreOne(ReadOnlySpan<char> name, ReadOnlySpan<char> other)
    {
        if (name.Length != other.Length)
        {
            return false;
        }

        for (int i = 0; i < name.Length; i++)
        {
            if (Plain(name[i]) != Plain(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    // A letter beyond ASCII may be another spelling of one of ours: it is looked up.
    private bool MayBeTaken(string name) => name.Length > 0 && (name[0] >= _lengths.Length || (_lengths[name[0]] & Bit(name.Length)) != 0);

    private void Mark(string name, ulong lengths)
    {
        char first = Plain(name[0]);
        if (first >= _lengths.Length)
        {
            return;
        }

        _lengths[first] |= lengths;
        _lengths[first == '-' ? '_' : char.ToUpperInvariant(first)] |= lengths;
    }

    private static ulong Bit(int length) => 1UL << Math.Min(length, 63);

    private static bool StartsWithAny(ReadOnlySpan<char> name, string[] prefixes)
    {
        foreach (string prefix in prefixes)
        {
            if (name.Length >= prefix.Length && AreOne(name[..prefix.Length], prefix))
            {
                return true;
            }
        }

        return false;
    }

    private static char Plain(char c) => c == '_' ? '-' : char.ToLowerInvariant(c);

    private sealed class Comparer : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => x is null || y is null ? x is null && y is null : AreOne(x, y);

        /// <summary>Length and three letters: cheap, and the comparison decides.</summary>
        public int GetHashCode(string obj) => obj.Length == 0 ? 0
            : HashCode.Combine(obj.Length, Plain(obj[0]), Plain(obj[obj.Length / 2]), Plain(obj[^1]));
    }
}
