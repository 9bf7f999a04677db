using System;
using System.IO;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.Identities;

public sealed class SqliteIdentityStoreTests : IdentityStoreContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-identities-");

    private string File => Path.Combine(_folder.FullName, "identities.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task The_file_is_its_owners_alone()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        foreach (string file in Directory.GetFiles(_folder.FullName))
        {
            System.IO.File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
        }
    }

    [Fact]
    public async Task A_change_of_this_process_is_told_at_once()
    {
        await using SallyportIdentityStore store = Node();
        await store.EnsureSchemaAsync(Cancel);
        Task waiting = store.WaitForChangeAsync(Cancel);
        await AddAsync(store, "alice", "alice.test");
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task A_reader_does_not_wait_for_a_writer_and_sees_one_moment()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await using var writer = new SqliteConnection($"Data Source={File};Pooling=False");
        await writer.OpenAsync(Cancel);
        await using SqliteTransaction transaction = writer.BeginTransaction(deferred: false);
        await using (SqliteCommand command = writer.CreateCommand())
        {
            command.Transaction = transaction;
            command.CommandText = "UPDATE sallyport_identities SET enabled = 0";
            await command.ExecuteNonQueryAsync(Cancel);
        }

        (await OneAsync(store, "alice")).IsEnabled.ShouldBeTrue();
        await transaction.CommitAsync(Cancel);
        (await OneAsync(store, "alice")).IsEnabled.ShouldBeFalse();
    }

    [Fact]
    public async Task A_store_of_a_newer_program_is_left_alone()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await SqlAsync("UPDATE sallyport_schema SET version = 99");
        await using SallyportIdentityStore older = Node();
        (await Should.ThrowAsync<InvalidOperationException>(() => older.ReadEpochAsync(Cancel).AsTask())).Message.ShouldContain("99");
    }

    [Fact]
    public async Task No_file_is_made_where_that_is_not_wanted()
    {
        await using var store = new SallyportIdentityStore(new IdentityStoreOptions { CreateSchema = false }.UseSqlite(File), TimeProvider.System);
        await Should.ThrowAsync<SqliteException>(() => store.ReadEpochAsync(Cancel).AsTask());
        System.IO.File.Exists(File).ShouldBeFalse();
        await System.IO.File.WriteAllBytesAsync(File, [], Cancel);
        await Should.ThrowAsync<InvalidOperationException>(() => store.ReadEpochAsync(Cancel).AsTask());
    }

    [Fact]
    public async Task An_account_that_was_removed_without_foreign_keys_leaves_nothing_to_the_next_one()
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await SqlAsync("PRAGMA foreign_keys = OFF; DELETE FROM sallyport_identities");
        (await store.AddAsync(Named("bob"), "test", Cancel)).ShouldBeOfType<IdentityWrite.Done>();
        (await OneAsync(store, "bob")).Matches.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("[\"\\udc00\\ud800\"]")]
    [InlineData("[null]")]
    [InlineData("[1]")]
    public async Task Roles_that_a_hand_in_SQL_has_spoiled_let_their_account_not_in_and_spoil_no_other(string roles)
    {
        await using SallyportIdentityStore store = Node();
        await AddAsync(store, "alice", "alice.test");
        await AddAsync(store, "bob", "bob.test");
        await SqlAsync($"UPDATE sallyport_identities SET roles = '{roles}' WHERE name = 'alice'");
        (await OneAsync(store, "alice")).IsEnabled.ShouldBeFalse();
        (await OneAsync(store, "bob")).IsEnabled.ShouldBeTrue();
    }

    protected override SallyportIdentityStore Node() => new(new IdentityStoreOptions().UseSqlite(File), TimeProvider.System);

    protected override async Task SqlAsync(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Cancel);
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
