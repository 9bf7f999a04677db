using System;
using System.Collections.Generic;
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
    /// <summary>Hellos of 256 to 511 bytes hang some old load balancers, RFC 7685: fill them up.</summary>
    private const int SafeSize = 512;

    private readonly SuiteScannerOptions _options;
    private readonly HelloAsker _asker;
    private HelloRequest? _welcome;

    /// <summary>Prepares a scan.</summary>
    /// <param name="connect">Opens a fresh connection; the scanner disposes it. IOException and SocketException count as "no connection".</param>
    /// <param name="options">What to ask.</param>
    public SuiteScanner(Func<CancellationToken, ValueTask<Stream>> connect, SuiteScannerOptions options)
    {
        ArgumentNullException.ThrowIfNull(connect);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _asker = new HelloAsker(connect, options.Limits, options.Degree, options.MaxConnections);
    }

    /// <summary>Connections opened so far.</summary>
    public int Connections => _asker.Connections;

    /// <summary>Asks for every version of the options, several at the same time.</summary>
    /// <param name="cancellationToken">Stops the scan; it throws.</param>
    /// <returns>One inventory for each version, in the order of the options.</returns>
    public async Task<ImmutableArray<VersionInventory>> ScanAsync(CancellationToken cancellationToken)
    {
        VersionInventory[] found = await Task.WhenAll(_options.Versions.Select(version => ScanVersionAsync(version, cancellationToken))).ConfigureAwait(false);
        return [.. found];
    }

    /// <summary>Asks for one version.</summary>
    /// <param name="version">The version.</param>
    /// <param name="cancellationToken">Stops the scan; it throws.</param>
    /// <returns>What is spoken in it.</returns>
    public async Task<VersionInventory> ScanVersionAsync(TlsVersion version, CancellationToken cancellationToken)
    {
        if (version == TlsVersion.Ssl2)
        {
            return await ScanSsl2Async(cancellationToken).ConfigureAwait(false);
        }

        ImmutableArray<ImmutableArray<CipherSuite>> chunks = SuiteChunks.For(version, _options.ChunkSize);

        // The first hello alone: a server that refuses the version needs no others.
        (ChunkResult first, ImmutableArray<CipherSuite> left) = await StepAsync(version, chunks[0], cancellationToken).ConfigureAwait(false);
        if (first.VersionRefused)
        {
            return new VersionInventory { Version = version, Support = VersionSupport.Refused, IsComplete = true };
        }

        if (first is { Accepted.IsEmpty: true, Trouble: { } trouble })
        {
            // Silence here would be silence again for every other chunk: say so and spare the connections.
            return new VersionInventory { Version = version, Support = VersionSupport.Unknown, Reason = trouble };
        }

        IEnumerable<Task<ChunkResult>> loops = chunks.Skip(1).Select(chunk => LoopAsync(version, chunk, [], cancellationToken));
        Task<ChunkResult> firstLoop = first.Accepted.IsEmpty ? Task.FromResult(first) : LoopAsync(version, left, first.Accepted, cancellationToken);
        ChunkResult[] results = await Task.WhenAll(loops.Prepend(firstLoop)).ConfigureAwait(false);
        return await ConcludeAsync(version, results, cancellationToken).ConfigureAwait(false);
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
            : Hello(version, [.. HelloDefaults.Tls12Suites.Where(static suite => suite.KeyExchange == "ECDHE")]);
        ImmutableArray<NamedGroup> left = [.. NamedGroup.All.Where(group => modern ? group.IsTls13 : group is { IsFiniteField: false, IsPostQuantum: false })];
        var limits = _options.Limits with { ReadWholeFlight = true };
        var groups = ImmutableArray.CreateBuilder<NamedGroup>();
        string? trouble = null;
        while (!left.IsEmpty)
        {
            (HelloAnswer? answer, trouble) = await _asker.AskAsync(basis with { Groups = left }, limits, cancellationToken).ConfigureAwait(false);
            NamedGroup? group = answer switch
            {
                HelloAnswer.Retry retry => retry.Group,
                HelloAnswer.ServerHello hello => hello.Flight.KeyExchange?.Group,
                _ => null,
            };
            if (group is not { } chosen || !left.Contains(chosen))
            {
                trouble ??= await WhyUnclearAsync(answer, cancellationToken).ConfigureAwait(false);
                break;
            }

            groups.Add(chosen);
            left = left.Remove(chosen);
        }

        KeyExchangeFacts? dh = modern ? null : await AskDhAsync(version, limits, cancellationToken).ConfigureAwait(false);
        return new GroupInventory { Version = version, Groups = groups.ToImmutable(), ExplicitDh = dh, IsComplete = trouble is null, Reason = trouble };
    }

    /// <inheritdoc/>
    public void Dispose() => _asker.Dispose();

    private async Task<KeyExchangeFacts?> AskDhAsync(TlsVersion version, HelloLimits limits, CancellationToken cancellationToken)
    {
        HelloRequest request = Hello(version, [.. CipherSuite.All
            .Where(static suite => suite is { KeyExchange: "DHE", IsExport: false, IsNull: false })
            .OrderByDescending(static suite => suite.Authentication == "RSA")
            .Take(_options.ChunkSize)]);
        (HelloAnswer? answer, _) = await _asker.AskAsync(request, limits, cancellationToken).ConfigureAwait(false);
        return answer is HelloAnswer.ServerHello { Flight.KeyExchange: { DhPrimeBits: > 0 } dh } ? dh : null;
    }

    private async Task<VersionInventory> ScanSsl2Async(CancellationToken cancellationToken)
    {
        (HelloAnswer? answer, string? trouble) =
            await _asker.AskAsync(HelloRequest.Legacy(TlsVersion.Ssl2, []), null, cancellationToken).ConfigureAwait(false);
        bool spoken = answer is HelloAnswer.ServerHello { Flight.Version: TlsVersion.Ssl2 };
        trouble ??= answer is HelloAnswer.ServerHello ? null : await WhyUnclearAsync(answer, cancellationToken).ConfigureAwait(false);
        return new VersionInventory
        {
            Version = TlsVersion.Ssl2,
            Support = spoken ? VersionSupport.Accepted : trouble is null ? VersionSupport.Refused : VersionSupport.Unknown,
            Ssl2CipherKinds = answer is HelloAnswer.ServerHello hello ? hello.Flight.Ssl2CipherKinds : [],
            IsComplete = trouble is null,
            Reason = trouble,
        };
    }

    private async Task<ChunkResult> LoopAsync(
        TlsVersion version, ImmutableArray<CipherSuite> offered, ImmutableArray<CipherSuite> before, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> accepted = before;
        while (!offered.IsEmpty)
        {
            (ChunkResult step, offered) = await StepAsync(version, offered, cancellationToken).ConfigureAwait(false);
            accepted = accepted.AddRange(step.Accepted);
            if (step.Accepted.IsEmpty)
            {
                return step with { Accepted = accepted };
            }
        }

        return new ChunkResult(accepted, VersionRefused: false, Trouble: null);
    }

    /// <summary>One hello: the suite that was chosen and what is left to offer.</summary>
    private async Task<(ChunkResult Result, ImmutableArray<CipherSuite> Left)> StepAsync(
        TlsVersion version, ImmutableArray<CipherSuite> offered, CancellationToken cancellationToken)
    {
        HelloRequest request = Hello(version, offered);
        (HelloAnswer? answer, string? trouble) = await _asker.AskAsync(request, null, cancellationToken).ConfigureAwait(false);
        if (version == TlsVersion.Tls13 && answer is HelloAnswer.Alerted { Alert.Code: 10 or 47 or 50 or 80 or 109 })
        {
            // Some stacks do not take an empty key_share although RFC 8446, section 4.2.8, allows it.
            request = request with { KeyShareGroups = [NamedGroup.X25519, NamedGroup.Secp256R1] };
            (answer, trouble) = await _asker.AskAsync(request, null, cancellationToken).ConfigureAwait(false);
        }

        (TlsVersion spoken, CipherSuite suite) = answer switch
        {
            HelloAnswer.ServerHello hello => (hello.Flight.Version, hello.Flight.Suite),
            HelloAnswer.Retry retry => (retry.Version, retry.Suite),
            _ => default,
        };
        if (suite.Value != 0 || answer is HelloAnswer.ServerHello)
        {
            if (spoken != version)
            {
                return (new ChunkResult([], VersionRefused: spoken < version, spoken < version ? null : $"answered in {spoken}"), offered);
            }

            if (!offered.Contains(suite))
            {
                return (new ChunkResult([], VersionRefused: false, $"chose {suite}, which was not offered"), offered);
            }

            _welcome ??= request;
            return (new ChunkResult([suite], VersionRefused: false, null), offered.Remove(suite));
        }

        bool versionRefused = answer is HelloAnswer.Alerted { Alert.Description: AlertDescription.ProtocolVersion };
        trouble ??= await WhyUnclearAsync(answer, cancellationToken).ConfigureAwait(false);
        return (new ChunkResult([], versionRefused, trouble), offered);
    }

    private async Task<VersionInventory> ConcludeAsync(TlsVersion version, ChunkResult[] results, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> accepted = [.. results.SelectMany(static result => result.Accepted)];
        string? trouble = results.Select(static result => result.Trouble).FirstOrDefault(static reason => reason is not null);
        SuitePreference preference = SuitePreference.Unknown;
        if (_options.DetectPreference && accepted.Length > 1)
        {
            preference = await PreferenceAsync(version, accepted, cancellationToken).ConfigureAwait(false);
            if (preference == SuitePreference.Server)
            {
                accepted = await MergeAsync(version, results, cancellationToken).ConfigureAwait(false);
            }
        }

        return new VersionInventory
        {
            Version = version,
            Support = !accepted.IsEmpty ? VersionSupport.Accepted : trouble is null ? VersionSupport.Refused : VersionSupport.Unknown,
            Suites = accepted,
            Preference = preference,
            IsComplete = trouble is null,
            Reason = trouble,
        };
    }

    private async Task<SuitePreference> PreferenceAsync(TlsVersion version, ImmutableArray<CipherSuite> accepted, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> forward = [.. accepted.Take(_options.ChunkSize)];
        ImmutableArray<CipherSuite> backward = [.. forward.Reverse()];
        Task<CipherSuite?> first = ChooseAsync(version, forward, cancellationToken);
        Task<CipherSuite?> second = ChooseAsync(version, backward, cancellationToken);
        (CipherSuite? a, CipherSuite? b) = (await first.ConfigureAwait(false), await second.ConfigureAwait(false));
        return a is null || b is null ? SuitePreference.Unknown
            : a == b ? SuitePreference.Server
            : a == forward[0] && b == backward[0] ? SuitePreference.Client : SuitePreference.Mixed;
    }

    /// <summary>Puts the finds of later chunks where the server would: each by halving the list that is sorted already.</summary>
    private async Task<ImmutableArray<CipherSuite>> MergeAsync(TlsVersion version, ChunkResult[] results, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> sorted = results.MaxBy(static result => result.Accepted.Length)?.Accepted ?? [];
        ImmutableArray<CipherSuite> all = [.. results.SelectMany(static result => result.Accepted)];
        foreach (CipherSuite suite in all.Where(suite => !sorted.Contains(suite)))
        {
            (int low, int high) = (0, sorted.Length);
            while (low < high)
            {
                int middle = (low + high) / 2;
                CipherSuite? chosen = await ChooseAsync(version, [suite, sorted[middle]], cancellationToken).ConfigureAwait(false);
                (low, high) = chosen == suite ? (low, middle) : (middle + 1, high);
            }

            sorted = sorted.Insert(low, suite);
        }

        return sorted;
    }

    private async Task<CipherSuite?> ChooseAsync(TlsVersion version, ImmutableArray<CipherSuite> offered, CancellationToken cancellationToken)
    {
        (ChunkResult result, _) = await StepAsync(version, offered, cancellationToken).ConfigureAwait(false);
        return result.Accepted.IsEmpty ? null : result.Accepted[0];
    }

    private HelloRequest Hello(TlsVersion version, ImmutableArray<CipherSuite> suites) => version == TlsVersion.Tls13
        ? HelloRequest.ForTls13(_options.ServerName) with { CipherSuites = suites, KeyShareGroups = [], Groups = Tls13Groups }
        : HelloRequest.Legacy(version, suites, _options.ServerName) with { PaddingTo = version == TlsVersion.Ssl3 ? 0 : SafeSize };

    private static ImmutableArray<NamedGroup> Tls13Groups { get; } = [.. NamedGroup.All.Where(static group => group.IsTls13)];

    /// <summary>Null for a clear refusal. A bare close or a vague alert counts as one only while the server still welcomes another hello.</summary>
    private async Task<string?> WhyUnclearAsync(HelloAnswer? answer, CancellationToken cancellationToken)
    {
        switch (answer)
        {
            case HelloAnswer.Alerted { Alert.Description: AlertDescription.UnrecognizedName }:
                return "the server does not know the name (or misses one)";
            case HelloAnswer.Closed or HelloAnswer.Alerted { Alert.Code: 0 or 80 or 90 }:
                HelloRequest[] controls = _welcome is { } welcome
                    ? [welcome]
                    : [HelloRequest.ForTls13(_options.ServerName), HelloRequest.ForTls12(_options.ServerName)];
                foreach (HelloRequest control in controls)
                {
                    (HelloAnswer? said, _) = await _asker.AskAsync(control, null, cancellationToken).ConfigureAwait(false);
                    if (said is HelloAnswer.ServerHello or HelloAnswer.Retry)
                    {
                        return null;
                    }
                }

                return $"{Describe(answer)}, and no other hello was welcome either";
            case HelloAnswer.Alerted:
                return null;
            default:
                return Describe(answer);
        }
    }

    private static string Describe(HelloAnswer? answer) => answer switch
    {
        null => "no connection",
        HelloAnswer.TimedOut => "no answer in time, twice",
        HelloAnswer.NotTls => "the answer is not TLS",
        HelloAnswer.Closed => "closed without an alert",
        HelloAnswer.Alerted alerted => $"alert {alerted.Alert}",
        HelloAnswer.Malformed malformed => malformed.Reason,
        HelloAnswer.ServerHello hello => $"chose {hello.Flight.Suite} in {hello.Flight.Version}",
        _ => "an unexpected answer",
    };
}
