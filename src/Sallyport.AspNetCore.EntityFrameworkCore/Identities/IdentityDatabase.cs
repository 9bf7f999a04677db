using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>What the databases do differently: transactions, the schema with its triggers, and how they tell of changes.</summary>
internal abstract class IdentityDatabase : IAsyncDisposable
{
    /// <summary>The version of the schema that this code writes.</summary>
    public const int SchemaVersion = 1;

    private readonly DbContextOptions<IdentityContext> _options;

    protected IdentityDatabase(DbContextOptions<IdentityContext> options) => _options = options;

    public IdentityContext NewContext() => new(_options);

    /// <summary>A transaction that sees one moment of the database and keeps no writer waiting.</summary>
    public abstract Task<IDbContextTransaction> BeginReadAsync(IdentityContext context, CancellationToken cancellationToken);

    /// <summary>A transaction that no other writer of ours is in: changes happen one after the other, in the order of their epochs.</summary>
    public abstract Task<IDbContextTransaction> BeginWriteAsync(IdentityContext context, CancellationToken cancellationToken);

    /// <summary>Makes what is missing. Safe to call from several nodes at once.</summary>
    /// <exception cref="InvalidOperationException">The schema is newer than this code, or is not there and may not be made.</exception>
    public async Task EnsureSchemaAsync(bool mayCreate, CancellationToken cancellationToken)
    {
        await using IdentityContext context = NewContext();
        await context.Database.OpenConnectionAsync(cancellationToken);
        DbConnection connection = context.Database.GetDbConnection();
        if (await VersionAsync(connection, null, cancellationToken) is { } version)
        {
            Check(version);
            return;
        }

        if (!mayCreate)
        {
            throw new InvalidOperationException("The database has no identity store, and CreateSchema is off.");
        }

        await using DbTransaction transaction = await BeginSchemaAsync(connection, cancellationToken);
        if (await VersionAsync(connection, transaction, cancellationToken) is { } meanwhile)
        {
            Check(meanwhile);
            return;
        }

        foreach (string statement in Schema())
        {
            await ExecuteAsync(connection, transaction, statement, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Returns when the database said that something changed; a database that cannot tell never returns.</summary>
    public abstract Task WaitForChangeAsync(CancellationToken cancellationToken);

    /// <summary>This process has changed something.</summary>
    public abstract void Changed();

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync() => default;

    protected abstract IEnumerable<string> Schema();

    /// <summary>A transaction in which nobody else makes the schema.</summary>
    protected abstract Task<DbTransaction> BeginSchemaAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>A statement that answers whether the table of the schema's version is there.</summary>
    protected abstract string HasSchema { get; }

    protected static async Task<object?> ExecuteAsync(DbConnection connection, DbTransaction? transaction, string statement, CancellationToken cancellationToken)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = statement;
        command.Transaction = transaction;
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private async Task<long?> VersionAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancellationToken) =>
        await ExecuteAsync(connection, transaction, HasSchema, cancellationToken) is null or DBNull
            ? null
            : Convert.ToInt64(
                await ExecuteAsync(connection, transaction, $"SELECT version FROM {IdentityTables.Schema}", cancellationToken),
                System.Globalization.CultureInfo.InvariantCulture);

    private static void Check(long version)
    {
        if (version != SchemaVersion)
        {
            throw new InvalidOperationException($"The identity store has schema version {version}, and this program knows {SchemaVersion}: update it.");
        }
    }
}
