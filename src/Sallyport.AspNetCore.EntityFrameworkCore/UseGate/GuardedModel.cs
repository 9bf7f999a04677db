using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>The guarded entity types of a model, with all that derives from them or is owned by them.</summary>
internal sealed class GuardedModel
{
    private readonly FrozenDictionary<IEntityType, GuardedEntity> _entities;
    private readonly FrozenSet<IEntityType> _owned;

    /// <exception cref="InvalidOperationException">A guarded type could be written by a way that the gate does not see; all faults are named.</exception>
    public GuardedModel(IModel model, IEnumerable<Type> guarded)
    {
        var faults = new List<string>();
        var entities = new Dictionary<IEntityType, GuardedEntity>();
        foreach (var type in guarded)
        {
            if (model.FindEntityType(type) is not { } root)
            {
                faults.Add($"{type.Name} is not an entity of the model");
            }
            else if (Read(root, faults) is { } entity)
            {
                foreach (var derived in root.GetDerivedTypesInclusive())
                {
                    entities[derived] = entity;
                }
            }
        }

        _entities = entities.ToFrozenDictionary();
        _owned = model.GetEntityTypes().Where(type => type.IsOwned() && OwnerOf(type) is { } owner && _entities.ContainsKey(owner)).ToFrozenSet();
        Tables = [.. _entities.Keys.Concat(_owned).SelectMany(type => type.GetTableMappings()).Select(mapping => mapping.Table.Name).Distinct(StringComparer.OrdinalIgnoreCase)];
        faults.AddRange(model.GetEntityTypes().Where(type => !IsGuarded(type) && type.GetTableMappings().Any(mapping => Tables.Contains(mapping.Table.Name, StringComparer.OrdinalIgnoreCase)))
            .Select(type => $"{type.DisplayName()} is not guarded but is stored in the table of a type that is"));
        faults.AddRange(_entities.Keys.SelectMany(type => type.GetForeignKeys()).Distinct().Where(Cascades)
            .Select(key => $"{key.DeclaringEntityType.DisplayName()} is deleted or changed by the store when its {key.PrincipalEntityType.DisplayName()} is: use DeleteBehavior.Restrict or ClientCascade"));
        if (faults.Count > 0)
        {
            throw new InvalidOperationException($"The use gate cannot guard this model:{Environment.NewLine}{string.Join(Environment.NewLine, faults)}");
        }
    }

    /// <summary>The tables that guarded types are stored in.</summary>
    public ImmutableArray<string> Tables { get; }

    /// <summary>The guarded entity that an entry is, or null.</summary>
    public GuardedEntity? Find(EntityEntry entry) => _entities.GetValueOrDefault(entry.Metadata);

    public GuardedEntity? Find(Type type) => _entities.Values.FirstOrDefault(entity => entity.Type.ClrType == type);

    /// <summary>Whether an entry is a part that a guarded entity owns.</summary>
    public bool IsPart(EntityEntry entry) => _owned.Contains(entry.Metadata);

    /// <summary>The entry of the entity that owns a part, however deep; null when the context does not track it.</summary>
    public static EntityEntry? OwnerOf(EntityEntry part, IReadOnlyCollection<EntityEntry> tracked)
    {
        var entry = part;
        while (entry?.Metadata.FindOwnership() is { } ownership)
        {
            var reference = ownership.Properties.Select(property => entry.Property(property.Name).CurrentValue).ToArray();
            entry = tracked.FirstOrDefault(other => ownership.PrincipalEntityType.IsAssignableFrom(other.Metadata)
                && GuardedEntity.SameKey([.. ownership.PrincipalKey.Properties.Select(property => other.Property(property.Name).CurrentValue)], reference));
        }

        return entry;
    }

    private bool IsGuarded(IEntityType type) => _entities.ContainsKey(type) || _owned.Contains(type);

    private static IEntityType? OwnerOf(IEntityType part)
    {
        var type = part;
        while (type?.FindOwnership() is { } ownership)
        {
            type = ownership.PrincipalEntityType;
        }

        return type;
    }

    private static GuardedEntity? Read(IEntityType type, List<string> faults)
    {
        var versions = type.GetProperties().Where(property => property.IsConcurrencyToken).ToList();
        if (type.FindPrimaryKey() is not { } key)
        {
            faults.Add($"{type.DisplayName()} has no key");
        }
        else if (versions.Count != 1)
        {
            faults.Add($"{type.DisplayName()} has {versions.Count} concurrency tokens: one is needed");
        }
        else if (!versions[0].ValueGenerated.HasFlag(ValueGenerated.OnUpdate) && !GuardedEntity.CanRaise(versions[0]))
        {
            faults.Add($"{type.DisplayName()}.{versions[0].Name} is made by nobody: a long, an int or a Guid is raised by the gate, others by the store");
        }
        else
        {
            return new GuardedEntity(type, key.Properties, versions[0]);
        }

        return null;
    }

    private static bool Cascades(IForeignKey key) =>
        !key.IsOwnership && (key.DeleteBehavior is DeleteBehavior.Cascade or DeleteBehavior.SetNull);
}
