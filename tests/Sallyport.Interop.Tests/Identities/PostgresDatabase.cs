using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.Lab.Servers;

[assembly: AssemblyFixture(typeof(Sallyport.Interop.Tests.Identities.PostgresDatabase))]

namespace Sallyport.Interop.Tests.Identities;

/// <summary>One PostgreSQL for all tests, started when the first asks, or skipped tests that say what is not installed; a database for each test.</summary>
public sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(() => PostgresServer.StartAsync(CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            NpgsqlConnection.ClearAllPools();
            await (await _server.Value).DisposeAsync();
        }
    }

    /// <summary>The connection string of a new database.</summary>
    internal async Task<string> NewAsync()
    {
        if (PostgresServer.WhyMissing() is { } reason)
        {
            Assert.Skip(reason);
        }

        return await (await _server.Value).NewDatabaseAsync(ExecuteAsync);
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
