using System;
using System.Data.Common;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;

namespace Sallyport.AspNetCore.EntityFrameworkCore.UseGate;

/// <summary>Locks a row of a table of accounts, on SQLite or PostgreSQL. Every change of an account must raise the version in its row.</summary>
/// <remarks>
/// PostgreSQL: SELECT … FOR SHARE, which holds off exactly those who would change the row; FOR UPDATE would make the requests of one
/// account wait for each other as well. SQLite: a transaction that has written holds the only write lock of the database.
/// </remarks>
public sealed class SqlIdentityRowLock : IIdentityRowLock
{
    private readonly string _select;

    /// <summary>Names the table.</summary>
    /// <param name="table">The table, without quotes.</param>
    /// <param name="nameColumn">The column of the account's name.</param>
    /// <param name="versionColumn">The column of its version.</param>
    /// <param name="schema">The table's schema; null for the default one.</param>
    /// <exception cref="ArgumentException">A name is blank or holds a quote.</exception>
    public SqlIdentityRowLock(string table, string nameColumn, string versionColumn, string? schema = null)
    {
        var from = schema is null ? Quoted(table) : $"{Quoted(schema)}.{Quoted(table)}";
        _select = $"SELECT {Quoted(versionColumn)} FROM {from} WHERE {Quoted(nameColumn)} = @name";
    }

    /// <summary>Locks the rows of <see cref="SallyportIdentityStore"/>, kept in the same database as the resources.</summary>
    /// <remarks>
    /// Every change of an account or of what speaks for it raises its version there. The revocation of a single certificate changes no
    /// account: it is known as soon as the snapshot is, within <c>Identity.MaxStaleness</c>.
    /// </remarks>
    public static SqlIdentityRowLock ForIdentityStore() => new(IdentityTables.Identities, "name", "version");

    /// <inheritdoc/>
    public long? Lock(DbConnection connection, DbTransaction transaction, string name)
    {
        using var command = Command(connection, transaction, name);
        return Version(command.ExecuteScalar());
    }

    /// <inheritdoc/>
    public async Task<long?> LockAsync(DbConnection connection, DbTransaction transaction, string name, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, transaction, name);
        return Version(await command.ExecuteScalarAsync(cancellationToken));
    }

    private static long? Version(object? value) => value is null or DBNull ? null : Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static string Quoted(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name.Contains('"', StringComparison.Ordinal) ? throw new ArgumentException("A name without quotes.", nameof(name)) : $"\"{name}\"";
    }

    private DbCommand Command(DbConnection connection, DbTransaction transaction, string name)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = connection is NpgsqlConnection ? _select + " FOR SHARE" : _select;
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@name";
        parameter.Value = name;
        command.Parameters.Add(parameter);
        return command;
    }
}
