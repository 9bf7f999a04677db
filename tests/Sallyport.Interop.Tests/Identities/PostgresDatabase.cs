using System;
using System.Threading.Tasks;
using Npgsql;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.Lab.Servers;

namespace Sallyport.Interop.Tests.Identities;

/// <summary>One PostgreSQL for a class of tests, or a skipped class that says what is not installed; a database for each test.</summary>
public sealed class PostgresDatabase : IAsyncLifetime
{
    private PostgresServer? _server;

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.WhyMissing() is null)
        {
            _server = await PostgresServer.StartAsync(TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await _server.DisposeAsync();
        }
    }

    /// <summary>The connection string of a new database.</summary>
    internal async Task<string> NewAsync()
    {
        if (PostgresServer.WhyMissing() is { } reason)
        {
            Assert.Skip(reason);
        }

        return await _server.ShouldNotBeNull().NewDatabaseAsync(ExecuteAsync);
    }

    /// <summary>A node's store, in a pool of its own.</summary>
    internal static SallyportIdentityStore Node(string database, string? name = null) =>
        new(new IdentityStoreOptions().UseNpgsql(name is null ? database : $"{database};Application Name={name}"), TimeProvider.System);

    internal static async Task ExecuteAsync(string database, string statement)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlCommand command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
