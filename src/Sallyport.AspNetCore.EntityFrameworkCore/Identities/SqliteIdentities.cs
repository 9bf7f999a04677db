using System;
using System.Collections.Generic;
using System.Data.Common;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>One file. It tells of the changes of its own process; those of another process are found by the polled epoch.</summary>
internal sealed class SqliteIdentities(string path, bool mayCreate) : IdentityDatabase(Options(path, mayCreate))
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = NewSignal();

    /// <inheritdoc/>
    protected override string HasSchema => $"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '{IdentityTables.Schema}'";

    /// <inheritdoc/>
    public override Task<IDbContextTransaction> BeginReadAsync(IdentityContext context, CancellationToken cancellationToken) =>
        BeginAsync(context, deferred: true, cancellationToken);

    /// <inheritdoc/>
    public override Task<IDbContextTransaction> BeginWriteAsync(IdentityContext context, CancellationToken cancellationToken) =>
        BeginAsync(context, deferred: false, cancellationToken);

    /// <inheritdoc/>
    public override Task WaitForChangeAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _changed.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public override void Changed()
    {
        lock (_gate)
        {
            _changed.SetResult();
            _changed = NewSignal();
        }
    }

    /// <summary>The file is the owner's before SQLite writes to it, and its -wal and -shm inherit that.</summary>
    public static void MakePrivate(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, options).Dispose();
    }

    /// <inheritdoc/>
    protected override async Task<DbTransaction> BeginSchemaAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        // Readers and one writer side by side; it stays so with the file. Not possible inside a transaction.
        await ExecuteAsync(connection, null, "PRAGMA journal_mode = WAL", cancellationToken);
        return Begin(connection, deferred: false);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> Schema() =>
    [
        $"CREATE TABLE {IdentityTables.Schema} (version INTEGER NOT NULL)",
        $"INSERT INTO {IdentityTables.Schema} VALUES ({SchemaVersion})",
        $"CREATE TABLE {IdentityTables.Epoch} (id INTEGER PRIMARY KEY CHECK (id = 1), epoch INTEGER NOT NULL)",
        $"INSERT INTO {IdentityTables.Epoch} VALUES (1, 1)",
        $"""
        CREATE TABLE {IdentityTables.Identities} (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          name TEXT NOT NULL UNIQUE CHECK (length(name) > 0),
          roles TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(roles) AND json_type(roles) = 'array'),
          scopes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(scopes) AND json_type(scopes) = 'array'),
          enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
          not_before INTEGER NULL,
          not_after INTEGER NULL,
          version INTEGER NOT NULL DEFAULT 0)
        """,
        $"""
        CREATE TABLE {IdentityTables.Matches} (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          identity_id INTEGER NOT NULL REFERENCES {IdentityTables.Identities} (id) ON DELETE CASCADE,
          kind TEXT NOT NULL,
          value TEXT NOT NULL,
          UNIQUE (kind, value))
        """,
        $"CREATE INDEX {IdentityTables.Matches}_owner ON {IdentityTables.Matches} (identity_id)",
        $"CREATE TABLE {IdentityTables.Revoked} (sha256 TEXT PRIMARY KEY, at INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '')",
        $"""
        CREATE TABLE {IdentityTables.Changes} (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          epoch INTEGER NOT NULL, at INTEGER NOT NULL, made_by TEXT NOT NULL, action TEXT NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL)
        """,
        $"""
        CREATE TRIGGER {IdentityTables.Epoch}_grows BEFORE UPDATE ON {IdentityTables.Epoch} WHEN NEW.epoch <= OLD.epoch
        BEGIN SELECT RAISE(ABORT, 'the epoch only grows'); END
        """,
        $"""
        CREATE TRIGGER {IdentityTables.Epoch}_stays BEFORE DELETE ON {IdentityTables.Epoch}
        BEGIN SELECT RAISE(ABORT, 'the epoch stays'); END
        """,
        Trigger(IdentityTables.Identities, "added", "INSERT", NewVersion("NEW.id")),
        Trigger(IdentityTables.Identities, "changed", "UPDATE OF id, name, roles, scopes, enabled, not_before, not_after", NewVersion("NEW.id")),
        $"""
        CREATE TRIGGER {IdentityTables.Identities}_version BEFORE UPDATE OF version ON {IdentityTables.Identities}
        WHEN NEW.version <> (SELECT epoch FROM {IdentityTables.Epoch})
        BEGIN SELECT RAISE(ABORT, 'the version is the database''s to write'); END
        """,
        // A client without foreign keys would leave the matches behind.
        Trigger(IdentityTables.Identities, "removed", "DELETE", $"{NextEpoch} DELETE FROM {IdentityTables.Matches} WHERE identity_id = OLD.id;"),
        Trigger(IdentityTables.Matches, "added", "INSERT", NewVersion("NEW.identity_id")),
        Trigger(IdentityTables.Matches, "changed", "UPDATE", NewVersion("OLD.identity_id, NEW.identity_id")),
        Trigger(IdentityTables.Matches, "removed", "DELETE", NewVersion("OLD.identity_id")),
        Trigger(IdentityTables.Revoked, "added", "INSERT", NextEpoch),
        Trigger(IdentityTables.Revoked, "changed", "UPDATE", NextEpoch),
        Trigger(IdentityTables.Revoked, "removed", "DELETE", NextEpoch),
    ];

    private static string NextEpoch => $"UPDATE {IdentityTables.Epoch} SET epoch = epoch + 1 WHERE id = 1;";

    /// <summary>A version is the epoch of its change, so that no version ever comes back, not even with a new account of an old name.</summary>
    private static string NewVersion(string ids) =>
        $"{NextEpoch} UPDATE {IdentityTables.Identities} SET version = (SELECT epoch FROM {IdentityTables.Epoch} WHERE id = 1) WHERE id IN ({ids});";

    private static string Trigger(string table, string name, string when, string then) =>
        $"CREATE TRIGGER {table}_{name} AFTER {when} ON {table} BEGIN {then} END";

    private static async Task<IDbContextTransaction> BeginAsync(IdentityContext context, bool deferred, CancellationToken cancellationToken)
    {
        await context.Database.OpenConnectionAsync(cancellationToken);
        SqliteTransaction transaction = Begin(context.Database.GetDbConnection(), deferred);
        return await context.Database.UseTransactionAsync(transaction, cancellationToken)
            ?? throw new InvalidOperationException("Entity Framework did not take the transaction.");
    }

    /// <summary>SQLite has no asynchronous call that begins a deferred transaction.</summary>
    private static SqliteTransaction Begin(DbConnection connection, bool deferred) => ((SqliteConnection)connection).BeginTransaction(deferred);

    private static DbContextOptions<IdentityContext> Options(string path, bool mayCreate) =>
        new DbContextOptionsBuilder<IdentityContext>().UseSqlite(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mayCreate ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
            ForeignKeys = true,
            DefaultTimeout = 10,
            // A file that was replaced or removed is noticed at once.
            Pooling = false,
        }.ConnectionString).Options;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
