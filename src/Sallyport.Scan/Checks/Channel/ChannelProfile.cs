using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>What the server's channel offers: versions, suites, groups and typical answers. Each part is asked for once a scan, when a check first needs it.</summary>
/// <remarks>Every check of a scan runs under the same token (the deadline's), so whoever asks first may start the work for all.</remarks>
/// <param name="transport">The way to the network.</param>
/// <param name="route">The target.</param>
/// <param name="maxConnections">Connections that the enumeration of versions and suites may take; what is not asked then is unknown.</param>
/// <param name="patience">The longest that one of its answers may take.</param>
/// <param name="time">The clock.</param>
/// <param name="seen">The versions in which a handshake succeeded before: that the server refuses one of them is a moment's mood, and no property.</param>
internal sealed class ChannelProfile(IScanTransport transport, Route route, int maxConnections, TimeSpan patience, TimeProvider time, params ImmutableArray<TlsVersion> seen) : IDisposable
{
    /// <summary>Hellos of 256 to 511 bytes hang some old load balancers (RFC 7685): fill them up.</summary>
    private const int SafeSize = 512;

    private readonly ConcurrentDictionary<string, Lazy<Task>> _parts = new(StringComparer.Ordinal);

    // One for all parts: what it knows of the suites spares hellos for the groups. Few at once, for a scan has other things under way.
    private readonly SuiteScanner _scanner = new(transport.Connector(route), new()
    {
        ServerName = Name(route),
        MaxConnections = maxConnections,
        Degree = 2,
        Limits = new() { ReadWholeFlight = false, Timeout = patience, Time = time },
    });

    /// <summary>The route that is profiled.</summary>
    public Route Route => route;

    /// <summary>The server name of the hellos; <c>null</c> for an IP literal.</summary>
    public string? ServerName { get; } = Name(route);

    /// <summary>Versions and suites.</summary>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public Task<SpokenVersions> VersionsAsync(CancellationToken cancellationToken) => OnceAsync("versions", async () =>
    {
        ImmutableArray<VersionInventory> inventories = await _scanner.ScanAsync(cancellationToken).ConfigureAwait(false);
        bool any = inventories.Any(static one => one.Support == VersionSupport.Accepted);
        return new SpokenVersions([.. inventories.Select(one => !any || (one.Support == VersionSupport.Refused && seen.Contains(one.Version)) ? Undecided(one, any) : one)], _scanner.Connections);
    });

    /// <summary>Key exchange groups, and for TLS 1.2 and before the parameters of DHE.</summary>
    /// <param name="version">TLS 1.0 to 1.3.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    public Task<GroupInventory> GroupsAsync(TlsVersion version, CancellationToken cancellationToken) =>
        OnceAsync($"groups {version}", () => _scanner.ScanGroupsAsync(version, cancellationToken));

    /// <summary>
    /// The answer to a hello of the newest version up to TLS 1.2 that offers everything a server may take up: compression, heartbeat,
    /// tickets, the extended master secret, encrypt-then-MAC and secure renegotiation.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns><c>null</c> when no version up to TLS 1.2 is spoken.</returns>
    public Task<HelloExchange?> FlightAsync(CancellationToken cancellationToken) => OnceAsync("flight", async () =>
    {
        SpokenVersions versions = await VersionsAsync(cancellationToken).ConfigureAwait(false);
        return versions.NewestClassic is { } classic ? await AskAsync(Generous(classic, versions), cancellationToken).ConfigureAwait(false) : null;
    });

    /// <summary>The answers to the hello of <see cref="FlightAsync"/> in each spoken version from SSL 3.0 to TLS 1.2, newest first: old versions are often configured apart, or not at all.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<ImmutableArray<(TlsVersion Version, HelloExchange Exchange)>> FlightsAsync(CancellationToken cancellationToken) => OnceAsync("flights", async () =>
    {
        SpokenVersions versions = await VersionsAsync(cancellationToken).ConfigureAwait(false);
        var flights = ImmutableArray.CreateBuilder<(TlsVersion, HelloExchange)>();
        foreach (TlsVersion version in versions.Classic)
        {
            HelloExchange exchange = version == versions.NewestClassic && await FlightAsync(cancellationToken).ConfigureAwait(false) is { } newest
                ? newest
                : await AskAsync(Generous(version, versions), cancellationToken).ConfigureAwait(false);
            flights.Add((version, exchange));
        }

        return flights.ToImmutable();
    });

    /// <summary>The answer to the same hello without tickets, and with CBC suites alone where the server accepts any: one hello shows session ids and encrypt-then-MAC.</summary>
    /// <param name="flight">What <see cref="FlightAsync"/> or <see cref="FlightsAsync"/> brought.</param>
    /// <param name="inventory">The suites of its version.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<HelloExchange> BareFlightAsync(HelloExchange flight, VersionInventory inventory, CancellationToken cancellationToken) => OnceAsync($"bare flight {inventory.Version}", () =>
    {
        ImmutableArray<CipherSuite> blocks = [.. inventory.Suites.Where(static suite => suite.IsCbc)];
        return AskAsync(flight.Hello with { OfferSessionTicket = false, CipherSuites = blocks.IsEmpty ? flight.Hello.CipherSuites : [.. blocks.Take(64)] }, cancellationToken);
    });

    /// <summary>A hello that a usual client of a version would send, with the suites given.</summary>
    /// <param name="version">SSL 3.0 to TLS 1.3.</param>
    /// <param name="suites">Suites to offer; the first 64 are.</param>
    public HelloRequest Hello(TlsVersion version, ImmutableArray<CipherSuite> suites)
    {
        ImmutableArray<CipherSuite> offered = [.. suites.Take(64)];
        return version switch
        {
            TlsVersion.Tls13 => HelloRequest.ForTls13(ServerName) with { CipherSuites = offered },
            TlsVersion.Ssl3 => HelloRequest.Legacy(version, offered),
            _ => HelloRequest.ForTls12(ServerName) with
            {
                LegacyVersion = version,
                CipherSuites = offered,
                Groups = HelloRequest.Legacy(version, offered).Groups,
                SignatureSchemes = HelloRequest.Legacy(version, offered).SignatureSchemes,
                PaddingTo = SafeSize,
            },
        };
    }

    /// <summary>Sends a hello; silence, a bare close and an alert that blames the server itself are asked once more.</summary>
    /// <param name="hello">What to say.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<HelloExchange> AskAsync(HelloRequest hello, CancellationToken cancellationToken)
    {
        HelloExchange exchange = await transport.HelloAsync(route, hello, cancellationToken).ConfigureAwait(false);
        return exchange.Answer is null or HelloAnswer.Closed or HelloAnswer.TimedOut or HelloAnswer.Alerted { Alert.Code: 0 or 80 or 90 }
            ? await transport.HelloAsync(route, hello, cancellationToken).ConfigureAwait(false)
            : exchange;
    }

    /// <summary>Whether the server still answers a usual hello: without that, its refusal of an unusual one says nothing.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public async Task<bool> StillWelcomesAsync(CancellationToken cancellationToken) =>
        ChannelOutcome.IsWelcome(await AskAsync(HelloRequest.ForTls12(ServerName), cancellationToken).ConfigureAwait(false))
        || ChannelOutcome.IsWelcome(await AskAsync(HelloRequest.ForTls13(ServerName), cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public void Dispose() => _scanner.Dispose();

    private static string? Name(Route route) => route.ServerNames.IsEmpty ? null : Encoding.Latin1.GetString(route.ServerNames[0].AsSpan());

    // Whoever refuses every hello refuses no version.
    private static VersionInventory Undecided(VersionInventory one, bool otherwise) => one with
    {
        Support = VersionSupport.Unknown,
        IsComplete = false,
        Reason = one.Reason ?? (otherwise ? "refused now, and spoken a moment ago" : "refused, as was every other hello"),
    };

    private HelloRequest Generous(TlsVersion version, SpokenVersions versions) =>
        Hello(version, versions.Of(version).Suites) with { CompressionMethods = [1, 0], Heartbeat = version > TlsVersion.Ssl3 };

    private Task<T> OnceAsync<T>(string part, Func<Task<T>> make) => (Task<T>)_parts.GetOrAdd(part, _ => new Lazy<Task>(make)).Value;
}
