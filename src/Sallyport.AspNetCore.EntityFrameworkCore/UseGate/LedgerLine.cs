using System;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>One authorization in a unit of work: what it was true for, and what has become of it.</summary>
internal abstract class LedgerLine(UseStamp stamp, Bearer bearer, GuardedEntity kind, object entity, object?[]? key, PropertyValues? before, object? version, Guid? born)
{
    private readonly object?[]? _authorizedKey = key;
    private readonly PropertyValues? _authorizedBefore = before;
    private readonly object? _authorizedVersion = version;

    public UseStamp Stamp => stamp;

    public Bearer Bearer => bearer;

    public GuardedEntity Kind => kind;

    /// <summary>The transaction that it was made in; null for none.</summary>
    public Guid? Born => born;

    /// <summary>The transaction that it was last used in; null for none.</summary>
    public Guid? UsedIn { get; private set; }

    /// <summary>The entry that is being saved under it.</summary>
    public EntityEntry? Pending { get; private set; }

    /// <summary>How many saves came before the one that wrote its entity; null when nothing of it is written.</summary>
    public int? SavedAt { get; private set; }

    public object?[]? Key { get; private set; } = key;

    /// <summary>The values as stored.</summary>
    public PropertyValues? Before { get; private set; } = before;

    /// <summary>The version as stored.</summary>
    public object? Version { get; private set; } = version;

    /// <summary>Whether it was made for this entry.</summary>
    public bool IsFor(GuardedEntity other, EntityEntry entry) =>
        kind == other && (Key is null ? ReferenceEquals(entity, entry.Entity) : GuardedEntity.SameKey(Key, kind.KeyOf(entry)));

    public void Use(EntityEntry entry, Guid transaction)
    {
        Pending = entry;
        UsedIn = transaction;
    }

    /// <summary>Its entity was written: from here on, that is what is stored.</summary>
    public void Saved(int order)
    {
        if (Pending is { } entry)
        {
            Key = kind.KeyOf(entry);
            Before = entry.CurrentValues.Clone();
            Version = kind.NewVersion(entry);
            SavedAt = order;
            Pending = null;
        }
    }

    public void Failed() => Pending = null;

    /// <summary>What was written under it was taken back.</summary>
    public void TakeBack()
    {
        Key = _authorizedKey;
        Before = _authorizedBefore;
        Version = _authorizedVersion;
        SavedAt = null;
        Pending = null;
    }

    /// <summary>Its transaction is over and kept nothing.</summary>
    public void Release()
    {
        TakeBack();
        UsedIn = null;
    }

    public abstract bool AllowsNew(CertificateIdentity identity, object created);

    public abstract bool AllowsChange(CertificateIdentity identity, PropertyValues before, PropertyValues after);

    public abstract bool AllowsEnd(CertificateIdentity identity, PropertyValues before);
}

/// <inheritdoc/>
internal sealed class LedgerLine<TEntity>(
    IResourcePolicy<TEntity> policy, UseStamp stamp, Bearer bearer, GuardedEntity kind, TEntity entity, object?[]? key, PropertyValues? before, object? version, Guid? born)
    : LedgerLine(stamp, bearer, kind, entity, key, before, version, born)
    where TEntity : class
{
    public override bool AllowsNew(CertificateIdentity identity, object created) => policy.Allows(identity, (TEntity)created, Stamp.Operation);

    public override bool AllowsChange(CertificateIdentity identity, PropertyValues before, PropertyValues after) =>
        policy.AllowsChange(identity, (TEntity)before.ToObject(), (TEntity)after.ToObject(), Stamp.Operation);

    public override bool AllowsEnd(CertificateIdentity identity, PropertyValues before) => policy.Allows(identity, (TEntity)before.ToObject(), Stamp.Operation);
}
