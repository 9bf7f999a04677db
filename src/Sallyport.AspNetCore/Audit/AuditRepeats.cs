using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;

namespace Sallyport.AspNetCore.Audit;

/// <summary>Counts equal refusals together, so that a flood of them is a few records and a number, never a full disk.</summary>
/// <remarks>Memory and records of one window are both bounded, whatever peers do: what has no room of its own is counted as "others".</remarks>
internal sealed class AuditRepeats(AuditOptions options)
{
    private const int MaxKeys = 8_192;
    private const int MaxSummaries = 100;
    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Count> _counts = [];
    private int _anonymous;
    private int _anonymousKeys;
    private long _others;

    /// <summary>Whether an event gets a record of its own; otherwise it is counted for the window's summary.</summary>
    public bool Admit(AuditEvent happened)
    {
        // Changes and accepted requests are what auditors ask for one by one.
        if (happened.Kind != AuditKind.Refused)
        {
            return true;
        }

        lock (_gate)
        {
            var key = new Key(happened.Remote is { } remote ? PeerPrefix.Of(remote) : null, happened.Reason, happened.Identity);
            if (!_counts.TryGetValue(key, out Count? count))
            {
                // Accounts have a table as large of their own: whoever shows no certificate fills none of it.
                int taken = happened.Identity is null ? _anonymousKeys : _counts.Count - _anonymousKeys;
                if (taken >= MaxKeys)
                {
                    _others++;
                    return false;
                }

                _anonymousKeys += happened.Identity is null ? 1 : 0;
                count = new Count();
                _counts.Add(key, count);
            }

            // An account that was proved is never drowned by those that were not.
            bool mayRecord = happened.Identity is not null || _anonymous < options.AnonymousRefusalsRecorded;
            if (count.Recorded < options.RepeatsRecorded && mayRecord)
            {
                count.Recorded++;
                _anonymous += happened.Identity is null ? 1 : 0;
                return true;
            }

            count.Suppressed++;
            return false;
        }
    }

    /// <summary>Ends the window: what was only counted in it, the most frequent first.</summary>
    public ImmutableArray<(AuditEvent Happened, long Repeats)> Drain()
    {
        lock (_gate)
        {
            List<KeyValuePair<Key, Count>> repeated = [.. _counts.Where(static c => c.Value.Suppressed > 0).OrderByDescending(static c => c.Value.Suppressed)];
            long others = _others + repeated.Skip(MaxSummaries).Sum(static c => c.Value.Suppressed);
            ImmutableArray<(AuditEvent, long)> summaries =
            [
                .. repeated.Take(MaxSummaries).Select(static c => (Summary(c.Key), c.Value.Suppressed)),
                .. others > 0 ? [(Others(), others)] : Array.Empty<(AuditEvent, long)>(),
            ];
            _counts.Clear();
            _anonymous = 0;
            _anonymousKeys = 0;
            _others = 0;
            return summaries;
        }
    }

    private static AuditEvent Summary(Key key) => new()
    {
        Kind = AuditKind.Refused,
        Reason = $"{AuditReasons.AuditRepeated}:{key.Reason}",
        Remote = key.Remote?.Address,
        Identity = key.Identity,
    };

    private static AuditEvent Others() => new()
    {
        Kind = AuditKind.Refused,
        Reason = $"{AuditReasons.AuditRepeated}:others",
    };

    private sealed record Key(PeerPrefix? Remote, string Reason, string? Identity);

    private sealed class Count
    {
        public int Recorded { get; set; }

        public long Suppressed { get; set; }
    }
}
