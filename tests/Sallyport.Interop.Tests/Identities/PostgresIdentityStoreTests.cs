using System;
using System.Threading.Tasks;
using Npgsql;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.EntityFrameworkCore.Tests.Identities;

namespace Sallyport.Interop.Tests.Identities;

/// <summary>What both databases must do alike, on a real PostgreSQL; and what only it does.</summary>
public sealed class PostgresIdentityStoreTests(PostgresDatabase postgres) : IdentityStoreContract, IAsyncLifetime
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);

    private string _database = "";

    public async ValueTask InitializeAsync() => _database = await postgres.NewAsync();

    public ValueTask DisposeAsync() => default;

    [Fact]
    public async Task A_node_hears_of_what_another_node_or_a_hand_has_changed()
    {
        await using SallyportIdentityStore one = Node();
        await using SallyportIdentityStore other = Node();
        await AddAsync(one, "alice", "alice.test");
        await one.WaitForChangeAsync(Cancel).WaitAsync(Ceiling, Cancel);
        Task waiting = one.WaitForChangeAsync(Cancel);
        await AddAsync(other, "bob", "bob.test");
        await waiting.WaitAsync(Ceiling, Cancel);
        Task again = one.WaitForChangeAsync(Cancel);
        await SqlAsync("UPDATE sallyport_identities SET enabled = false WHERE name = 'bob'");
        await again.WaitAsync(Ceiling, Cancel);
    }

    [Fact]
    public async Task A_node_whose_ear_was_cut_off_says_so_and_listens_again()
    {
        await using SallyportIdentityStore store = PostgresDatabase.Node(_database, "ear");
        await AddAsync(store, "alice", "alice.test");
        await store.WaitForChangeAsync(Cancel).WaitAsync(Ceiling, Cancel);
        Task waiting = store.WaitForChangeAsync(Cancel);
        await SqlAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ear' AND query LIKE 'LISTEN%'");
        await Should.ThrowAsync<NpgsqlException>(() => waiting.WaitAsync(Ceiling, Cancel));

        // Whatever was said meanwhile is lost: the next wait ends at once, so that somebody looks.
        await store.WaitForChangeAsync(Cancel).WaitAsync(Ceiling, Cancel);
        Task again = store.WaitForChangeAsync(Cancel);
        await SqlAsync("UPDATE sallyport_identities SET enabled = false");
        await again.WaitAsync(Ceiling, Cancel);
    }

    [Fact]
    public async Task A_reader_that_sees_an_epoch_sees_every_change_below_it()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await AddAsync(store, "bob", "bob.test");
        await using var first = new NpgsqlConnection(_database + ";Pooling=false");
        await first.OpenAsync(Cancel);
        await using NpgsqlTransaction transaction = await first.BeginTransactionAsync(Cancel);
        await using (NpgsqlCommand command = first.CreateCommand())
        {
            command.CommandText = "UPDATE sallyport_identities SET enabled = false WHERE name = 'alice'";
            await command.ExecuteNonQueryAsync(Cancel);
        }

        // The second change waits for the first: it cannot get a higher epoch and be seen before it.
        long before = await store.ReadEpochAsync(Cancel);
        Task second = SqlAsync("UPDATE sallyport_identities SET enabled = false WHERE name = 'bob'");
        await WaitingAsync();
        (await store.ReadEpochAsync(Cancel)).ShouldBe(before);
        await transaction.CommitAsync(Cancel);
        await second.WaitAsync(Ceiling, Cancel);
        (await store.ReadEpochAsync(Cancel)).ShouldBe(before + 2);
    }

    [Fact]
    public async Task Emptying_a_table_by_hand_moves_the_epoch()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        long before = await store.ReadEpochAsync(Cancel);
        await SqlAsync("TRUNCATE sallyport_identity_matches");
        long after = await store.ReadEpochAsync(Cancel);
        after.ShouldBeGreaterThan(before);
        await SqlAsync("TRUNCATE sallyport_identities CASCADE");
        (await store.ReadEpochAsync(Cancel)).ShouldBeGreaterThan(after);
    }

    [Fact]
    public async Task A_change_by_hand_counts_whatever_the_search_path()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        long before = await store.ReadEpochAsync(Cancel);
        await SqlAsync("SET search_path TO pg_catalog; UPDATE public.sallyport_identities SET enabled = false");
        (await store.ReadEpochAsync(Cancel)).ShouldBe(before + 1);
    }

    [Fact]
    public async Task An_account_that_may_only_read_and_write_does_not_need_to_make_tables()
    {
        await using SallyportIdentityStore owner = Node();
        await AddAsync(owner, "alice", "alice.test");
        await SqlAsync(
            "CREATE ROLE clerk LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk; REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        await using var clerk = new SallyportIdentityStore(
            new IdentityStoreOptions { CreateSchema = false }.UseNpgsql(_database.Replace("Username=sallyport", "Username=clerk", StringComparison.Ordinal)), TimeProvider.System);
        await AddAsync(clerk, "bob", "bob.test");
        (await owner.ReadAsync(Cancel)).Identities.Length.ShouldBe(2);
        await SqlAsync("DROP OWNED BY clerk; DROP ROLE clerk");
    }

    protected override SallyportIdentityStore Node() => PostgresDatabase.Node(_database);

    protected override Task SqlAsync(string statement) => PostgresDatabase.ExecuteAsync(_database, statement);

    /// <summary>Returns when some session of this database waits for a lock.</summary>
    private async Task WaitingAsync()
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync(Cancel);
        using var limit = System.Threading.CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Ceiling);
        while (true)
        {
            await using NpgsqlCommand command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            if (await command.ExecuteScalarAsync(limit.Token) is long and > 0)
            {
                return;
            }
        }
    }
}
