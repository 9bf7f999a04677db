using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Sallyport.Scan.Transport;

/// <summary>
/// What was said of a chain, until a date in it passes. A scan sees the same chain on thousands of connections, and judging it costs more than
/// the rest of our half of a handshake.
/// </summary>
internal sealed class JudgedChains
{
    // A server that shows another chain every time fills no memory: what does not fit is judged each time.
    private const int MostChains = 256;
    private readonly ConcurrentDictionary<string, Judged> _judged = new(StringComparer.Ordinal);

    /// <summary>What the same bytes under the same names are called by: a hash over both.</summary>
    /// <param name="chain">The certificates as sent.</param>
    /// <param name="hosts">The names.</param>
    public static string NameOf(ImmutableArray<ImmutableArray<byte>> chain, IReadOnlyList<string> hosts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ReadOnlySpan<byte> part in chain.Select(static der => der.ToArray()).Concat(hosts.Select(Encoding.UTF8.GetBytes)))
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(part);
        }

        return FormattableString.Invariant($"{chain.Length}:{Convert.ToHexString(hash.GetHashAndReset())}");
    }

    /// <summary>What was said; <c>null</c> when nothing was, or when a date has passed since.</summary>
    /// <param name="name">By <see cref="NameOf"/>.</param>
    /// <param name="now">The time of the judgement.</param>
    public ServerTrust? Find(string name, DateTimeOffset now) =>
        _judged.TryGetValue(name, out Judged? judged) && now >= judged.From && now < judged.Until ? judged.Trust : null;

    /// <summary>Keeps a judgement.</summary>
    /// <param name="name">By <see cref="NameOf"/>.</param>
    /// <param name="trust">The judgement.</param>
    /// <param name="now">When it was made.</param>
    /// <param name="until">From when on it must be made again.</param>
    public void Keep(string name, ServerTrust trust, DateTimeOffset now, DateTimeOffset until)
    {
        if (_judged.Count < MostChains || _judged.ContainsKey(name))
        {
            _judged[name] = new(trust, now, until);
        }
    }

    /// <summary>The first date after now at which one of the certificates becomes valid or stops being so.</summary>
    /// <param name="certificates">All that a judgement rests on.</param>
    /// <param name="now">The time of the judgement.</param>
    public static DateTimeOffset NextDate(ImmutableArray<X509Certificate2> certificates, DateTimeOffset now) => certificates
        .SelectMany(static one => (DateTime[])[one.NotBefore, one.NotAfter])
        .Select(static date => new DateTimeOffset(date.ToUniversalTime(), TimeSpan.Zero))
        .Where(date => date >= now)
        .DefaultIfEmpty(DateTimeOffset.MaxValue)
        .Min();

    private sealed record Judged(ServerTrust Trust, DateTimeOffset From, DateTimeOffset Until);
}
