using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>The authorizations of one unit of work, and what of them was used. Each is good for one transaction.</summary>
/// <remarks>As a DbContext, it is used by one thread at a time.</remarks>
internal sealed class UseLedger(int lease)
{
    private readonly List<LedgerLine> _lines = [];
    private readonly List<int> _savepoints = [];
    private int _saves;

    /// <summary>Which use of a pooled context it belongs to.</summary>
    public int Lease => lease;

    /// <summary>Whether the entries were looked at again when the first command of this save was about to be sent.</summary>
    public bool LookedAgain { get; set; }

    /// <summary>A transaction that somebody else commits, behind the gate's back.</summary>
    public Guid? Foreign { get; set; }

    public void Add(LedgerLine line) => _lines.Add(line);

    /// <summary>The authorizations for an entry, the latest first.</summary>
    public IEnumerable<LedgerLine> Of(GuardedEntity kind, EntityEntry entry) => _lines.AsEnumerable().Reverse().Where(line => line.IsFor(kind, entry));

    /// <summary>What has to hold when a transaction commits.</summary>
    public IReadOnlyList<LedgerLine> Of(Guid transaction) => [.. _lines.Where(line => line.Born == transaction || line.UsedIn == transaction)];

    public void Started(Guid transaction)
    {
        // Whatever an earlier transaction was about: it is over, and if it was not committed it left nothing.
        _lines.RemoveAll(line => line.Born is { } born && born != transaction);
        _lines.ForEach(line => line.Release());
        _savepoints.Clear();
        _saves = 0;
        LookedAgain = false;
    }

    public void Committed(Guid transaction) => _lines.RemoveAll(line => line.Born == transaction || line.UsedIn == transaction);

    public void RolledBack(Guid transaction)
    {
        _lines.RemoveAll(line => line.Born == transaction);
        _lines.ForEach(line => line.Release());
    }

    public void Saved()
    {
        foreach (var line in _lines)
        {
            line.Saved(_saves);
        }

        _saves++;
    }

    public void Failed() => _lines.ForEach(line => line.Failed());

    public void SavepointMade() => _savepoints.Add(_saves);

    public void SavepointReleased()
    {
        if (_savepoints.Count > 0)
        {
            _savepoints.RemoveAt(_savepoints.Count - 1);
        }
    }

    /// <summary>Names of savepoints are not told: everything written since the oldest one counts as taken back, and must be as it was authorized.</summary>
    public void RolledBackToSavepoint()
    {
        var oldest = _savepoints.Count > 0 ? _savepoints[0] : 0;
        foreach (var line in _lines.Where(line => line.SavedAt >= oldest))
        {
            line.TakeBack();
        }
    }
}
