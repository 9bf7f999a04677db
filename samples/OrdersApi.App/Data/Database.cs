using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading;
using Microsoft.Data.Sqlite;

namespace OrdersApi.App.Data;

/// <summary>SQLite in memory, one for each started API; one statement, or one transaction, at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection = new("Data Source=:memory:");
    private readonly Lock _gate = new();

    public Database()
    {
        _connection.Open();
        using var command = _connection.CreateCommand();
        command.CommandText = Schema.Text;
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement. Values in the text become parameters: they cannot become SQL.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Write(FormattableString sql)
    {
        lock (_gate)
        {
            using var command = Command(sql);
            return command.ExecuteNonQuery();
        }
    }

    /// <summary>Reads every row. Values in the text become parameters.</summary>
    public ImmutableArray<T> Read<T>(FormattableString sql, Func<SqliteDataReader, T> row)
    {
        lock (_gate)
        {
            using var command = Command(sql);
            return Rows(command, row);
        }
    }

    /// <summary>Reads the first row; null without one.</summary>
    public T? First<T>(FormattableString sql, Func<SqliteDataReader, T> row)
        where T : class => Read(sql, row) is [var first, ..] ? first : null;

    /// <summary>Runs text as it stands: what only a weakness does.</summary>
    public ImmutableArray<T> ReadRaw<T>(string sql, Func<SqliteDataReader, T> row)
    {
        lock (_gate)
        {
            using var command = _connection.CreateCommand();
            command.CommandText = sql;
            return Rows(command, row);
        }
    }

    /// <summary>All or nothing, and nobody in between. What throws is undone.</summary>
    public T Atomically<T>(Func<T> work)
    {
        lock (_gate)
        {
            Write($"SAVEPOINT work");
            var kept = false;
            try
            {
                var result = work();
                kept = true;
                return result;
            }
            finally
            {
                if (!kept)
                {
                    Write($"ROLLBACK TO work");
                }

                Write($"RELEASE work");
            }
        }
    }

    public void Dispose() => _connection.Dispose();

    private static ImmutableArray<T> Rows<T>(SqliteCommand command, Func<SqliteDataReader, T> row)
    {
        using var reader = command.ExecuteReader();
        var rows = ImmutableArray.CreateBuilder<T>();
        while (reader.Read())
        {
            rows.Add(row(reader));
        }

        return rows.ToImmutable();
    }

    private SqliteCommand Command(FormattableString sql)
    {
        var command = _connection.CreateCommand();
        var names = new List<object>();
        foreach (var value in sql.GetArguments())
        {
            var name = "@p" + names.Count.ToString(CultureInfo.InvariantCulture);
            names.Add(name);
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql.Format, [.. names]);
        return command;
    }
}
