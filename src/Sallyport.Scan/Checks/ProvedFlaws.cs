using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks;

/// <summary>What one check has proved so far: it stays when the deadline, the budget or a cancel ends the check before it has reported.</summary>
internal sealed class ProvedFlaws
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string? Variant, string? Operation, string? Identity, string? Cause), ProbeResult> _flaws = [];

    /// <summary>The failed probes, each once.</summary>
    public ImmutableArray<ProbeResult> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _flaws.Values];
            }
        }
    }

    /// <summary>Keeps a probe that failed; the same probe with more evidence takes the place of the earlier one.</summary>
    /// <param name="probe">The probe.</param>
    /// <returns>The probe, whatever its outcome.</returns>
    public ProbeResult Keep(ProbeResult probe)
    {
        ArgumentNullException.ThrowIfNull(probe);
        if (probe.Outcome is Outcome.Failed failed)
        {
            lock (_gate)
            {
                _flaws[(probe.Variant, probe.Operation, probe.Identity, failed.Flaw.Cause)] = probe;
            }
        }

        return probe;
    }
}
