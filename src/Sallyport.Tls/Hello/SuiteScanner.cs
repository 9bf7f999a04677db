using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Hello;

/// <summary>Lists versions, suites and groups of a server with as few hellos as possible: what was chosen is left out of the next one.</summary>
/// <remarks>No key is ever derived, so a hello costs one round trip. A silent answer is asked again and then reported as unknown, never as refused.</remarks>
public sealed class SuiteScanner : IDisposable
{
    private readonly SuiteScannerOptions _options;
    private readonly HelloAsker _asker;
    private readonly SuiteStepper _stepper;
    private readonly ConcurrentDictionary<TlsVersion, VersionInventory> _known = new();

    /// <summary>Prepares a scan.</summary>
    /// <param name="connect">Opens a fresh connection; the scanner disposes it. IOException and SocketException count as "no connection".</param>
    /// <param name="options">What to ask.</param>
    public SuiteScanner(Func<CancellationToken, ValueTask<Stream>> connect, SuiteScannerOptions options)
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _asker = new HelloAsker(connect, options.Limits, options.Degree, options.MaxConnections);
        _stepper = new SuiteStepper(_asker, options.ServerName);
    }

    /// <summary>Connections opened so far.</summary>
    public int Connections => _asker.Connections;

    /// <summary>How many of them asked again what a silent, closed or troubled one had left open.</summary>
    internal int Repeats => _asker.Repeats;

    /// <summary>Asks for every version of the options, several at the same time.</summary>
    /// <param name="cancellationToken">Stops the scan; it throws.</param>
    /// <returns>One inventory for each version, in the order of the options.</returns>
    public async Task<ImmutableArray<VersionInventory>> ScanAsync(CancellationToken cancellationToken)
    {
        Task<VersionInventory>[] newer = [.. _options.Versions.Where(static version => version != TlsVersion.Ssl2).Select(version => ScanVersionAsync(version, cancellationToken))];
        Task all = Task.WhenAll(newer);
        VersionInventory? oldest = _options.Versions.Contains(TlsVersion.Ssl2) ? await ScanSsl2Async(all, cancellationToken).ConfigureAwait(false) : null;
        await all.ConfigureAwait(false);
        VersionInventory[] found = await Task.WhenAll(newer).ConfigureAwait(false);
        return [.. _options.Versions.Select(version => version == TlsVersion.Ssl2 && oldest is not null ? oldest : found.First(one => one.Version == version))];
    }

    /// <summary>Asks for one version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Stops the scan; it throws.</param>
    /// <returns>What is spoken in it.</returns>
    public async Task<VersionInventory> ScanVersionAsync(TlsVersion version, CancellationToken cancellationToken)
    {
        if (version == TlsVersion.Ssl2)
        {
            return await ScanSsl2Async(Task.CompletedTask, cancellationToken).ConfigureAwait(false);
        }

        VersionInventory inventory = await new VersionWalk(_stepper, _options, version).RunAsync(cancellationToken).ConfigureAwait(false);
        _known[version] = inventory;
        return inventory;
    }

    /// <summary>Lists the groups: TLS 1.3 by empty key shares and the retries they cause, before by the ServerKeyExchange.</summary>
    /// <param name="version">TLS 1.0 to 1.3.</param>
    /// <param name="cancellationToken">Stops the scan; it throws.</param>
    /// <returns>The groups.</returns>
    public async Task<GroupInventory> ScanGroupsAsync(TlsVersion version, CancellationToken cancellationToken)
    {
        bool modern = version == TlsVersion.Tls13;
        HelloRequest basis = modern
            ? HelloRequest.ForTls13(_options.ServerName) with { KeyShareGroups = [] }
            : _stepper.Hello(version, [.. HelloDefaults.Tls12Suites.Where(static suite => suite.KeyExchange == "ECDHE")]);
        ImmutableArray<NamedGroup> left = [.. NamedGroup.All.Where(group => modern ? group.IsTls13 : group is { IsFiniteField: false, IsPostQuantum: false })];
        var limits = _options.Limits with { ReadWholeFlight = true };
        var groups = ImmutableArray.CreateBuilder<NamedGroup>();
        if (modern)
        {
            groups.AddRange(_stepper.Groups);
            left = left.RemoveRange(_stepper.Groups);
        }

        ImmutableArray<NamedGroup> pinned = [];
        bool ecdsa = false;
        string? trouble = null;
        while (!left.IsEmpty)
        {
            (HelloAnswer? answer, trouble, _) = await _asker.AskAsync(basis with { Groups = [.. left, .. pinned] }, limits, cancellationToken).ConfigureAwait(false);
            ecdsa |= !modern && answer is HelloAnswer.ServerHello { Flight.Suite.Authentication: "ECDSA" };
            NamedGroup? group = answer switch
            {
                HelloAnswer.Retry retry => retry.Group,
                HelloAnswer.ServerHello hello => hello.Flight.KeyExchange?.Group,
                _ => null,
            };
            if (group is { } again && pinned.Contains(again))
            {
                trouble = "groups that the server likes less than its certificate's curve show only together with it";
                break;
            }

            if (group is not { } chosen || !left.Contains(chosen))
            {
                trouble ??= await _stepper.WhyUnclearAsync(answer, cancellationToken).ConfigureAwait(false);
                if (trouble is null && ecdsa && pinned.IsEmpty)
                {
                    // The curve of an ECDSA certificate must be among the client's (RFC 8422, section 5.1): the refusal may be for its lack alone.
                    pinned = [.. groups.Where(static one => one != NamedGroup.X25519 && one != NamedGroup.X448)];
                    continue;
                }

                break;
            }

            groups.Add(chosen);
            left = left.Remove(chosen);
        }

        // What no hello was answered with has no parameters.
        bool none = modern || (_known.TryGetValue(version, out VersionInventory? known) && known.IsComplete && !known.Suites.Any(static suite => suite.KeyExchange == "DHE"));
        KeyExchangeFacts? dh = none ? null : await AskDhAsync(version, limits, cancellationToken).ConfigureAwait(false);
        return new GroupInventory { Version = version, Groups = groups.ToImmutable(), ExplicitDh = dh, IsComplete = trouble is null, Reason = trouble };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stepper.Dispose();
        _asker.Dispose();
    }

    private async Task<KeyExchangeFacts?> AskDhAsync(TlsVersion version, HelloLimits limits, CancellationToken cancellationToken)
    {
        HelloRequest request = _stepper.Hello(version, [.. CipherSuite.All
            .Where(static suite => suite is { KeyExchange: "DHE", IsExport: false, IsNull: false })
            .OrderByDescending(static suite => suite.Authentication == "RSA")
            .Take(_options.ChunkSize)]);
        (HelloAnswer? answer, _, _) = await _asker.AskAsync(request, limits, cancellationToken).ConfigureAwait(false);
        return answer is HelloAnswer.ServerHello { Flight.KeyExchange: { DhPrimeBits: > 0 } dh } ? dh : null;
    }

    private async Task<VersionInventory> ScanSsl2Async(Task others, CancellationToken cancellationToken)
    {
        (HelloAnswer? answer, string? trouble, _) =
            await _asker.AskAsync(HelloRequest.Legacy(TlsVersion.Ssl2, []), null, cancellationToken).ConfigureAwait(false);
        bool spoken = answer is HelloAnswer.ServerHello { Flight.Version: TlsVersion.Ssl2 };
        int moment = _stepper.Asked;
        if (SuiteStepper.IsVague(answer))
        {
            // A bare close is a refusal while other hellos are welcome: those of the other versions tell, if they come later.
            await others.ConfigureAwait(false);
        }

        bool clear = answer is HelloAnswer.ServerHello || (SuiteStepper.IsVague(answer) && _stepper.WelcomedAfter(moment));
        trouble ??= clear ? null : await _stepper.WhyUnclearAsync(answer, cancellationToken).ConfigureAwait(false);
        return new VersionInventory
        {
            Version = TlsVersion.Ssl2,
            Support = spoken ? VersionSupport.Accepted : trouble is null ? VersionSupport.Refused : VersionSupport.Unknown,
            Ssl2CipherKinds = answer is HelloAnswer.ServerHello hello ? hello.Flight.Ssl2CipherKinds : [],
            IsComplete = trouble is null,
            Reason = trouble,
        };
    }
}
