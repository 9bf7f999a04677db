using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Hello;

/// <summary>Asks one hello at a time which suite a server chooses, and tells a clear refusal from everything else.</summary>
/// <param name="asker">The way to the server.</param>
/// <param name="serverName">Host name for SNI; null for none.</param>
internal sealed class SuiteStepper(HelloAsker asker, string? serverName) : IDisposable
{
    /// <summary>Hellos of 256 to 511 bytes hang some old load balancers, RFC 7685: fill them up.</summary>
    private const int SafeSize = 512;

    private readonly SemaphoreSlim _oneControl = new(1);
    private HelloRequest? _welcome;
    private ImmutableArray<NamedGroup> _groups = [];
    private int _lastWelcome;

    private static ImmutableArray<NamedGroup> Tls13Groups { get; } = [.. NamedGroup.All.Where(static group => group.IsTls13)];

    /// <summary>The turn of the newest hello so far; see <see cref="WelcomedAfter"/>.</summary>
    internal int Asked => asker.Sent;

    /// <summary>Whether a hello that was sent after a moment was welcome.</summary>
    /// <param name="moment">What <see cref="Asked"/> was then.</param>
    internal bool WelcomedAfter(int moment) => Volatile.Read(ref _lastWelcome) > moment;

    /// <summary>The groups of TLS 1.3 that hellos about suites have shown by the way, in that order.</summary>
    internal ImmutableArray<NamedGroup> Groups => _groups;

    /// <summary>The hello that offers suites in a version; in TLS 1.3 always with all groups, those first that were not seen yet.</summary>
    internal HelloRequest Hello(TlsVersion version, ImmutableArray<CipherSuite> suites) => version == TlsVersion.Tls13
        ? HelloRequest.ForTls13(serverName) with { CipherSuites = suites, KeyShareGroups = [], Groups = [.. Tls13Groups.Except(_groups), .. _groups] }
        : HelloRequest.Legacy(version, suites, serverName) with { PaddingTo = version == TlsVersion.Ssl3 ? 0 : SafeSize };

    /// <summary>One hello: the suite that was chosen, none at a refusal, and the trouble when it was neither.</summary>
    internal async Task<ChunkResult> StepAsync(TlsVersion version, ImmutableArray<CipherSuite> offered, CancellationToken cancellationToken)
    {
        HelloRequest request = Hello(version, offered);
        (HelloAnswer? answer, string? trouble, int turn) = await asker.AskAsync(request, null, cancellationToken).ConfigureAwait(false);
        if (version == TlsVersion.Tls13 && answer is HelloAnswer.Alerted { Alert.Code: 10 or 47 or 50 or 80 or 109 })
        {
            // Some stacks do not take an empty key_share although RFC 8446, section 4.2.8, allows it.
            request = request with { KeyShareGroups = [NamedGroup.X25519, NamedGroup.Secp256R1] };
            (answer, trouble, turn) = await asker.AskAsync(request, null, cancellationToken).ConfigureAwait(false);
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
                return new ChunkResult([], VersionRefused: spoken < version, spoken < version ? null : $"answered in {spoken}");
            }

            if (!offered.Contains(suite))
            {
                return new ChunkResult([], VersionRefused: false, $"chose {suite}, which was not offered");
            }

            if ((answer as HelloAnswer.Retry)?.Group is { } group && Tls13Groups.Contains(group))
            {
                ImmutableInterlocked.Update(ref _groups, static (seen, one) => seen.Contains(one) ? seen : seen.Add(one), group);
            }

            Welcomed(request, turn);
            return new ChunkResult([suite], VersionRefused: false, null);
        }

        bool versionRefused = answer is HelloAnswer.Alerted { Alert.Description: AlertDescription.ProtocolVersion };
        return new ChunkResult([], versionRefused, trouble ?? await WhyUnclearAsync(answer, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The suite that is chosen out of an offer; null when none is, for whatever reason.</summary>
    internal async Task<CipherSuite?> ChooseAsync(TlsVersion version, ImmutableArray<CipherSuite> offered, CancellationToken cancellationToken)
    {
        ChunkResult result = await StepAsync(version, offered, cancellationToken).ConfigureAwait(false);
        return result.Accepted.IsEmpty ? null : result.Accepted[0];
    }

    /// <summary>Null for a clear refusal. A bare close or a vague alert counts as one only while the server still welcomes another hello.</summary>
    internal async Task<string?> WhyUnclearAsync(HelloAnswer? answer, CancellationToken cancellationToken)
    {
        switch (answer)
        {
            case HelloAnswer.Alerted { Alert.Description: AlertDescription.UnrecognizedName }:
                return "the server does not know the name (or misses one)";
            case not null when IsVague(answer):
                return await IsStillWelcomingAsync(cancellationToken).ConfigureAwait(false) ? null : $"{Describe(answer)}, and no other hello was welcome either";
            case HelloAnswer.Alerted:
                return null;
            default:
                return Describe(answer);
        }
    }

    /// <summary>Whether an answer is a refusal only while the server still welcomes other hellos.</summary>
    internal static bool IsVague(HelloAnswer? answer) => answer is HelloAnswer.Closed or HelloAnswer.Alerted { Alert.Code: 0 or 80 or 90 };

    /// <summary>Whether a hello that is sent from now on is welcome; those of other versions count, and one control serves all that wait for it.</summary>
    private async Task<bool> IsStillWelcomingAsync(CancellationToken cancellationToken)
    {
        int moment = Asked;
        await _oneControl.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (WelcomedAfter(moment))
            {
                return true;
            }

            HelloRequest[] controls = Volatile.Read(ref _welcome) is { } welcome
                ? [welcome]
                : [HelloRequest.ForTls13(serverName), HelloRequest.ForTls12(serverName)];
            foreach (HelloRequest control in controls)
            {
                (HelloAnswer? said, _, int turn) = await asker.AskAsync(control, null, cancellationToken).ConfigureAwait(false);
                if (said is HelloAnswer.ServerHello or HelloAnswer.Retry)
                {
                    Welcomed(control, turn);
                    return true;
                }
            }

            return false;
        }
        finally
        {
            _oneControl.Release();
        }
    }

    private void Welcomed(HelloRequest request, int turn)
    {
        Volatile.Write(ref _welcome, request);
        int last = Volatile.Read(ref _lastWelcome);
        while (last < turn)
        {
            int seen = Interlocked.CompareExchange(ref _lastWelcome, turn, last);
            if (seen == last)
            {
                return;
            }

            last = seen;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneControl.Dispose();

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
