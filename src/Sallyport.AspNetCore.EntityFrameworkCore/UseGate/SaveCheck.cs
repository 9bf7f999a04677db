using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Holds everything that a unit of work is about to write against its ledger.</summary>
internal sealed class SaveCheck(UseGate gate)
{
    /// <summary>Before EF works out what to write: checks, raises versions, and makes sure that there is a transaction to check again in.</summary>
    public Refused? Saving(DbContext context)
    {
        context.ChangeTracker.DetectChanges();
        var ledger = gate.Ledger(context);
        ledger.LookedAgain = false;
        var dirty = Dirty(context);
        if (dirty.Count == 0)
        {
            return null;
        }

        context.Database.AutoTransactionBehavior = AutoTransactionBehavior.Always;
        foreach (var (entry, kind) in dirty)
        {
            if (Check(ledger, entry, kind, out _) is { } refused)
            {
                return refused;
            }

            if (entry.State is EntityState.Modified or EntityState.Unchanged)
            {
                kind.Raise(entry);
            }
        }

        return null;
    }

    /// <summary>When the first command is about to be sent: whoever changed an entity after the first look is caught by this one.</summary>
    public Refused? Sending(DbContext context)
    {
        var ledger = gate.Ledger(context);
        if (ledger.LookedAgain)
        {
            return null;
        }

        ledger.LookedAgain = true;
        var dirty = Dirty(context);
        if (dirty.Count == 0)
        {
            return null;
        }

        if (context.Database.CurrentTransaction?.TransactionId is not { } transaction)
        {
            return Refused.Nobody(UseRefusal.Unchecked, "a guarded entity is saved without a transaction of the context's own");
        }

        if (ledger.Foreign == transaction)
        {
            return Refused.Nobody(UseRefusal.Unchecked, "a guarded entity is saved in a transaction that somebody else commits");
        }

        foreach (var (entry, kind) in dirty)
        {
            if (Check(ledger, entry, kind, out var line) is { } refused)
            {
                return refused;
            }

            line?.Use(entry, transaction);
        }

        return null;
    }

    private List<(EntityEntry Entry, GuardedEntity Kind)> Dirty(DbContext context)
    {
        var model = gate.Model(context);
        var tracker = context.ChangeTracker;
        var detecting = tracker.AutoDetectChangesEnabled;
        tracker.AutoDetectChangesEnabled = false;
        try
        {
            var tracked = tracker.Entries().ToList();
            var dirty = new Dictionary<object, (EntityEntry, GuardedEntity)>(ReferenceEqualityComparer.Instance);
            foreach (var entry in tracked.Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted))
            {
                var whole = model.IsPart(entry)
                    ? GuardedModel.OwnerOf(entry, tracked) ?? throw new InvalidOperationException($"{entry.Metadata.DisplayName()} is written without its owner being tracked.")
                    : entry;
                if (model.Find(whole) is { } kind)
                {
                    dirty[whole.Entity] = (whole, kind);
                }
            }

            return [.. dirty.Values];
        }
        finally
        {
            tracker.AutoDetectChangesEnabled = detecting;
        }
    }

    private Refused? Check(UseLedger ledger, EntityEntry entry, GuardedEntity kind, out LedgerLine? line)
    {
        line = ledger.Of(kind, entry).FirstOrDefault(one => Fits(one, entry.State));
        if (line is null)
        {
            var other = ledger.Of(kind, entry).FirstOrDefault();
            return new Refused(
                other?.Bearer.Caller, UseRefusal.NotAuthorized, $"{entry.State} {entry.Metadata.DisplayName()} under {(other is null ? "no authorization" : $"an authorization to {other.Stamp.Operation}")}");
        }

        var caller = line.Bearer.Caller;

        if (gate.Standing(line, out var identity) is { } lost)
        {
            return lost;
        }

        if (entry.State != EntityState.Added && !kind.SameVersion(kind.StoredVersion(entry), line.Version))
        {
            return new Refused(caller, UseRefusal.Changed, $"{entry.Metadata.DisplayName()} was read in another version than it was authorized in");
        }

        return identity is not null && Allows(line, identity, entry) ? null : new Refused(caller, UseRefusal.NotAllowed, $"{line.Stamp.Operation} of {entry.Metadata.DisplayName()} as it is to be stored");
    }

    private static bool Allows(LedgerLine line, CertificateIdentity identity, EntityEntry entry) => (entry.State, line.Before) switch
    {
        (EntityState.Added, _) => line.AllowsNew(identity, entry.Entity),
        (EntityState.Deleted, { } before) => line.AllowsEnd(identity, before),
        (_, { } before) => line.AllowsChange(identity, before, After(entry, before)),
        _ => false,
    };

    /// <summary>What will be stored: the stored values, with those that are written put over them, whatever else the entity in hand says.</summary>
    private static PropertyValues After(EntityEntry entry, PropertyValues before)
    {
        if (entry.ComplexProperties.Any(property => property.IsModified) || entry.ComplexCollections.Any(property => property.IsModified))
        {
            return entry.CurrentValues;
        }

        var after = before.Clone();
        foreach (var property in entry.Properties.Where(property => property.IsModified))
        {
            after[property.Metadata.Name] = property.CurrentValue;
        }

        return after;
    }

    private static bool Fits(LedgerLine line, EntityState state) => state switch
    {
        EntityState.Added => line.Stamp.Operation == Operations.Create && line.SavedAt is null,
        EntityState.Deleted => line.Stamp.Operation == Operations.Delete,
        _ => line.Stamp.Operation is not (Operations.Read or Operations.Delete or Operations.Create)
            || (line.Stamp.Operation == Operations.Create && line.SavedAt is not null),
    };
}
