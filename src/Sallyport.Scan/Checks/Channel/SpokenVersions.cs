using System.Collections.Immutable;
using System.Linq;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>What a server speaks, version by version.</summary>
/// <param name="Inventories">One inventory for each version from SSL 2.0 to TLS 1.3.</param>
/// <param name="Connections">What it took to find out.</param>
internal sealed record SpokenVersions(ImmutableArray<VersionInventory> Inventories, int Connections)
{
    /// <summary>The versions that are spoken, oldest first.</summary>
    public ImmutableArray<VersionInventory> Spoken => [.. Inventories.Where(static one => one.Support == VersionSupport.Accepted).OrderBy(static one => one.Version)];

    /// <summary>The newest spoken version; <c>null</c> when none is.</summary>
    public TlsVersion? Newest => Spoken.IsEmpty ? null : Spoken[^1].Version;

    /// <summary>The newest spoken version from SSL 3.0 to TLS 1.2, whose handshakes can be read; <c>null</c> when none is.</summary>
    public TlsVersion? NewestClassic => Spoken.LastOrDefault(static one => one.Version is >= TlsVersion.Ssl3 and <= TlsVersion.Tls12)?.Version;

    /// <summary>The spoken versions from SSL 3.0 to TLS 1.2, newest first.</summary>
    public ImmutableArray<TlsVersion> Classic => [.. Spoken.Select(static one => one.Version).Where(static version => version is >= TlsVersion.Ssl3 and <= TlsVersion.Tls12).Reverse()];

    /// <summary>Why it is unknown whether some version from SSL 3.0 to TLS 1.2 is spoken; <c>null</c> when it is known of all.</summary>
    public string? ClassicDoubt => Inventories
        .Where(static one => one is { Version: >= TlsVersion.Ssl3 and <= TlsVersion.Tls12, Support: VersionSupport.Unknown })
        .Select(static one => $"{Name(one.Version)}: {one.Reason ?? "no clear answer"}")
        .FirstOrDefault();

    /// <summary>The inventory of a version.</summary>
    /// <param name="version">The version.</param>
    public VersionInventory Of(TlsVersion version) => Inventories.First(one => one.Version == version);

    /// <summary>Whether a version is spoken.</summary>
    /// <param name="version">The version.</param>
    public bool Speaks(TlsVersion version) => Of(version).Support == VersionSupport.Accepted;

    /// <summary>Why the suites of some version are not all known; <c>null</c> when they are.</summary>
    public string? Doubt => Inventories
        .Where(static one => !one.IsComplete)
        .Select(static one => $"{Name(one.Version)}: {one.Reason ?? "no clear answer"}")
        .FirstOrDefault();

    /// <summary>The version as people write it.</summary>
    /// <param name="version">The version.</param>
    public static string Name(TlsVersion version) => version switch
    {
        TlsVersion.Ssl2 => "SSL 2.0",
        TlsVersion.Ssl3 => "SSL 3.0",
        TlsVersion.Tls10 => "TLS 1.0",
        TlsVersion.Tls11 => "TLS 1.1",
        TlsVersion.Tls12 => "TLS 1.2",
        TlsVersion.Tls13 => "TLS 1.3",
        _ => $"0x{(ushort)version:X4}",
    };
}
