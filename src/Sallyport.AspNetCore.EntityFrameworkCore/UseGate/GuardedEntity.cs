using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Data.Common;
using System.Globalization;
using System.Linq;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>What the gate has to know of a guarded entity type: its key, its version, and how to ask whether that still counts.</summary>
internal sealed class GuardedEntity(IEntityType type, IReadOnlyList<IProperty> key, IProperty version)
{
    private const string Share = " FOR SHARE";

    /// <summary>The type that was guarded; derived ones count as it.</summary>
    public IEntityType Type => type;

    /// <summary>Whether the store makes the version; otherwise the gate does.</summary>
    public bool StoreMakesVersion { get; } = version.ValueGenerated.HasFlag(ValueGenerated.OnUpdate);

    /// <summary>Whether it has one of the types that the gate can raise.</summary>
    public static bool CanRaise(IProperty property) => property.ClrType == typeof(long) || property.ClrType == typeof(int) || property.ClrType == typeof(Guid);

    public object?[] KeyOf(EntityEntry entry) => [.. key.Select(part => entry.Property(part.Name).CurrentValue)];

    /// <summary>The key of one property from a route's text; null when it cannot be one.</summary>
    /// <exception cref="InvalidOperationException">The key has several properties: the application gives an IResourceSource of its own.</exception>
    public object? ParseKey(string text)
    {
        var target = key.Count == 1
            ? key[0].ClrType
            : throw new InvalidOperationException($"{type.DisplayName()} has a composite key: authorize its entities with IEntityAuthorizer.");
        if (target == typeof(string))
        {
            return text;
        }

        try
        {
            return TypeDescriptor.GetConverter(target).ConvertFromInvariantString(text);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>The version that the context believes is stored.</summary>
    public object? StoredVersion(EntityEntry entry) => entry.Property(version.Name).OriginalValue;

    /// <summary>The version as it will be, or is once saved.</summary>
    public object? NewVersion(EntityEntry entry) => entry.Property(version.Name).CurrentValue;

    public object? VersionIn(PropertyValues values) => values[version.Name];

    public bool SameVersion(object? one, object? other) => version.GetValueComparer().Equals(one, other);

    public static bool SameKey(object?[] one, object?[] other) => one.AsSpan().SequenceEqual(other);

    public static string Text(object? version) => version switch
    {
        byte[] octets => Convert.ToHexStringLower(octets),
        null => "",
        _ => Convert.ToString(version, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>Makes the next version, so that every change has one of its own; also marks an entity of which only what it owns has changed.</summary>
    public void Raise(EntityEntry entry)
    {
        var property = entry.Property(version.Name);
        if (StoreMakesVersion)
        {
            if (entry.State == EntityState.Unchanged)
            {
                entry.State = EntityState.Modified;
            }

            return;
        }

        property.CurrentValue = property.OriginalValue switch
        {
            long number => number + 1,
            int number => number + 1,
            _ => Guid.NewGuid(),
        };
        property.IsModified = true;
    }

    /// <summary>Asks whether a row still has this version, and holds it so until the transaction ends where the store has such locks.</summary>
    public DbCommand Confirm(DbContext context, DbConnection connection, DbTransaction transaction, object?[] keyValues, object? expected)
    {
        var quote = context.GetService<ISqlGenerationHelper>();
        var column = version.GetTableColumnMappings().First();
        var table = column.TableMapping.Table;
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        var conditions = new List<string>();
        for (var i = 0; i < key.Count; i++)
        {
            var place = key[i].GetTableColumnMappings().First(mapping => mapping.TableMapping.Table == table);
            conditions.Add($"{quote.DelimitIdentifier(place.Column.Name)} = @k{i}");
            command.Parameters.Add(place.TypeMapping.CreateParameter(command, $"@k{i}", keyValues[i]));
        }

        conditions.Add($"{quote.DelimitIdentifier(column.Column.Name)} = @v");
        command.Parameters.Add(column.TypeMapping.CreateParameter(command, "@v", expected));
        command.CommandText = $"SELECT 1 FROM {quote.DelimitIdentifier(table.Name, table.Schema)} WHERE {string.Join(" AND ", conditions)}"
            + (context.Database.IsNpgsql() ? Share : "");
        return command;
    }
}
