using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Hello;

/// <summary>Lists the suites of one version. Where the client's order decides, several parts of the list are asked side by side; where the server's does, its choices come in its order.</summary>
/// <param name="stepper">Asks.</param>
/// <param name="options">How hard.</param>
/// <param name="version">SSL 3.0 to TLS 1.3.</param>
internal sealed class VersionWalk(SuiteStepper stepper, SuiteScannerOptions options, TlsVersion version)
{
    /// <summary>Parts with fewer suites cost more refusals than they save time.</summary>
    private const int FewestInPart = 8;

    private readonly ImmutableArray<ImmutableArray<CipherSuite>> _chunks = SuiteChunks.For(version, options.ChunkSize);

    /// <summary>Asks.</summary>
    /// <param name="cancellationToken">Stops; it throws.</param>
    internal async Task<VersionInventory> RunAsync(CancellationToken cancellationToken)
    {
        // The first hello alone where the version is old: a server that refuses it needs no others.
        bool mirrored = options.DetectPreference && version >= TlsVersion.Tls12;
        Task<ChunkResult> forward = stepper.StepAsync(version, _chunks[0], cancellationToken);
        Task<ChunkResult>? backward = mirrored ? stepper.StepAsync(version, [.. _chunks[0].Reverse()], cancellationToken) : null;
        ChunkResult first = await forward.ConfigureAwait(false);
        ChunkResult? last = backward is null ? null : await backward.ConfigureAwait(false);
        if (first.VersionRefused)
        {
            return new VersionInventory { Version = version, Support = VersionSupport.Refused, IsComplete = true };
        }

        if (first is { Accepted.IsEmpty: true, Trouble: { } trouble })
        {
            // Silence here would be silence again for every other chunk: say so and spare the connections.
            return new VersionInventory { Version = version, Support = VersionSupport.Unknown, Reason = trouble };
        }

        IEnumerable<Task<ChunkResult>> others = _chunks.Skip(1).Select(chunk => LoopAsync(chunk, [], cancellationToken));
        ChunkResult[] results = await Task.WhenAll(others.Prepend(FirstChunkAsync(first, last, cancellationToken))).ConfigureAwait(false);
        return await ConcludeAsync(results, first, last, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ChunkResult> FirstChunkAsync(ChunkResult first, ChunkResult? last, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> found = [.. first.Accepted.Union(last?.Accepted ?? [])];
        ImmutableArray<CipherSuite> left = _chunks[0].RemoveRange(found);
        if (found.IsEmpty)
        {
            return first;
        }

        int parts = found.Length < 2 ? 1 : Math.Clamp(left.Length / FewestInPart, 1, Math.Max(1, options.Degree / 2));
        ChunkResult[] results = await Task.WhenAll(Enumerable.Range(0, parts)
            .Select(part => LoopAsync([.. left.Where((_, i) => i % parts == part)], part == 0 ? found : [], cancellationToken))).ConfigureAwait(false);
        ImmutableArray<CipherSuite> accepted = [.. results.SelectMany(static result => result.Accepted)];

        // Two different choices out of the same suites: no order of the server's that a list could show.
        return new ChunkResult(
            found.Length < 2 ? accepted : [.. _chunks[0].Where(suite => accepted.Contains(suite))],
            VersionRefused: false,
            results.Select(static result => result.Trouble).FirstOrDefault(static trouble => trouble is not null));
    }

    private async Task<ChunkResult> LoopAsync(ImmutableArray<CipherSuite> offered, ImmutableArray<CipherSuite> before, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> accepted = before;
        while (!offered.IsEmpty)
        {
            ChunkResult step = await stepper.StepAsync(version, offered, cancellationToken).ConfigureAwait(false);
            accepted = accepted.AddRange(step.Accepted);
            offered = offered.RemoveRange(step.Accepted);
            if (step.Accepted.IsEmpty)
            {
                return step with { Accepted = accepted };
            }
        }

        return new ChunkResult(accepted, VersionRefused: false, Trouble: null);
    }

    private async Task<VersionInventory> ConcludeAsync(ChunkResult[] results, ChunkResult first, ChunkResult? last, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> accepted = [.. results.SelectMany(static result => result.Accepted)];
        string? trouble = results.Select(static result => result.Trouble).FirstOrDefault(static reason => reason is not null);
        SuitePreference preference = SuitePreference.Unknown;
        if (options.DetectPreference && accepted.Length > 1)
        {
            preference = await PreferenceAsync(results[0].Accepted, accepted, first, last, cancellationToken).ConfigureAwait(false);
            if (preference == SuitePreference.Server)
            {
                accepted = await MergeAsync(results, cancellationToken).ConfigureAwait(false);
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

    private async Task<SuitePreference> PreferenceAsync(
        ImmutableArray<CipherSuite> inFirst, ImmutableArray<CipherSuite> all, ChunkResult first, ChunkResult? last, CancellationToken cancellationToken)
    {
        CipherSuite? forward = first.Accepted.IsEmpty ? null : first.Accepted[0];
        CipherSuite? backward;
        ImmutableArray<CipherSuite> offered;
        if (inFirst.Length > 1 && forward is not null)
        {
            // The first hello was the forward one already: what is not accepted changes no choice.
            offered = [.. _chunks[0].Where(suite => inFirst.Contains(suite))];
            backward = last is { Accepted: [var chosen] } ? chosen : await stepper.ChooseAsync(version, [.. offered.Reverse()], cancellationToken).ConfigureAwait(false);
        }
        else
        {
            offered = [.. all.Take(options.ChunkSize)];
            Task<CipherSuite?> there = stepper.ChooseAsync(version, offered, cancellationToken);
            Task<CipherSuite?> back = stepper.ChooseAsync(version, [.. offered.Reverse()], cancellationToken);
            (forward, backward) = (await there.ConfigureAwait(false), await back.ConfigureAwait(false));
        }

        return forward is null || backward is null ? SuitePreference.Unknown
            : forward == backward ? SuitePreference.Server
            : forward == offered[0] && backward == offered[^1] ? SuitePreference.Client : SuitePreference.Mixed;
    }

    /// <summary>Puts the finds of later chunks where the server would: each by halving the list that is sorted already.</summary>
    private async Task<ImmutableArray<CipherSuite>> MergeAsync(ChunkResult[] results, CancellationToken cancellationToken)
    {
        ImmutableArray<CipherSuite> sorted = results.MaxBy(static result => result.Accepted.Length)?.Accepted ?? [];
        ImmutableArray<CipherSuite> all = [.. results.SelectMany(static result => result.Accepted)];
        foreach (CipherSuite suite in all.Where(suite => !sorted.Contains(suite)))
        {
            (int low, int high) = (0, sorted.Length);
            while (low < high)
            {
                int middle = (low + high) / 2;
                CipherSuite? chosen = await stepper.ChooseAsync(version, [suite, sorted[middle]], cancellationToken).ConfigureAwait(false);
                (low, high) = chosen == suite ? (low, middle) : (middle + 1, high);
            }

            sorted = sorted.Insert(low, suite);
        }

        return sorted;
    }
}
