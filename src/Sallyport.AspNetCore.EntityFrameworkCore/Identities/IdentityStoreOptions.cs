using System;
using System.Linq;
using System.Net;
using Npgsql;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Identities;

/// <summary>Where the identities are: one SQLite file, or a PostgreSQL database that several nodes share.</summary>
public sealed class IdentityStoreOptions
{
    /// <summary>Whether missing tables are made on first use; true by default. Set it to false when the account of the application may not make tables.</summary>
    public bool CreateSchema { get; set; } = true;

    /// <summary>
    /// Whether a PostgreSQL server elsewhere is believed without <c>SSL Mode=VerifyFull</c>; false by default. Whoever stands between
    /// can then make anybody an administrator. Logs a warning at each start.
    /// </summary>
    public bool UnsafeBelieveUnverifiedDatabase { get; set; }

    internal string? SqlitePath { get; private set; }

    internal string? PostgresConnection { get; private set; }

    /// <summary>Keeps the identities in an SQLite file; made when it is not there, readable by its owner only.</summary>
    /// <param name="path">The file, relative to the content root.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public IdentityStoreOptions UseSqlite(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        (SqlitePath, PostgresConnection) = (path, null);
        return this;
    }

    /// <summary>Keeps the identities in a PostgreSQL database.</summary>
    /// <param name="connectionString">Npgsql's connection string. Keep it out of files that others read: it may hold a password.</param>
    /// <returns>These options.</returns>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    public IdentityStoreOptions UseNpgsql(string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        (SqlitePath, PostgresConnection) = (null, connectionString);
        return this;
    }

    /// <summary>What is wrong with these options, without any part of a connection string; null when nothing is.</summary>
    internal string? WhatIsWrong()
    {
        if (PostgresConnection is null)
        {
            return SqlitePath is null ? "the identity store has no database: UseSqlite(path) or UseNpgsql(connectionString)" : null;
        }

        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(PostgresConnection);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or System.Collections.Generic.KeyNotFoundException)
        {
            // The message of the parser may repeat the text, and the text may hold a password.
            return "the connection string of the identity store cannot be read";
        }

        if (string.IsNullOrWhiteSpace(parsed.Host))
        {
            return "the connection string of the identity store names no Host";
        }

        return UnsafeBelieveUnverifiedDatabase || parsed.SslMode == SslMode.VerifyFull || parsed.Host.Split(',').All(IsHere)
            ? null
            : "the identity store is on another machine and its server is not verified: add SSL Mode=VerifyFull (and Root Certificate) to the connection string";
    }

    /// <summary>A unix socket or a loopback address: nobody stands between.</summary>
    private static bool IsHere(string host)
    {
        string name = host.Trim();
        return name.StartsWith('/')
            || name.StartsWith('@')
            || name.Split(':')[0].Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPEndPoint.TryParse(name, out IPEndPoint? end) && IPAddress.IsLoopback(end.Address));
    }
}
