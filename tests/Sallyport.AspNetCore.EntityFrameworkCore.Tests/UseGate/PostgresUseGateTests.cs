using System;
using System.Data;
using System.Data.Common;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Sallyport.AspNetCore.Authorization;
using Sallyport.Lab.Servers;
using static Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate.Refusals;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>Where readers do not hold off writers: what was only read, and who asked, is locked and compared at the commit.</summary>
public sealed class PostgresUseGateTests : IAsyncLifetime
{
    private PostgresServer? _server;
    private string _connection = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(PostgresServer.WhyMissing() is not null, PostgresServer.WhyMissing() ?? "");
        _server = await PostgresServer.StartAsync(ShopRequest.Cancelled);
        _connection = await _server.NewDatabaseAsync(async (connection, statement) =>
        {
            await using var made = new NpgsqlConnection(connection);
            await made.OpenAsync(ShopRequest.Cancelled);
            await using var command = new NpgsqlCommand(statement, made);
            await command.ExecuteNonQueryAsync(ShopRequest.Cancelled);
        }) + ";Pooling=False";
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task ASVS_15_4_2_Between_check_and_commit_neither_order_nor_account_may_have_changed()
    {
        var locked = new Locked();
        await using var fixture = new ShopFixture(withAccounts: true, database: options => options.UseNpgsql(_connection), later: [locked]);
        await using var request = fixture.Request(fixture.Lab.Caller("alice", ["clerk"]));

        // Both hold: it is kept. While it commits, nobody can change the account or the order.
        var held = 0;
        locked.Then = () =>
        {
            Should.Throw<Exception>(() => fixture.Behind(shop => Waiting(shop).Accounts.Single().Version++)).GetBaseException().ShouldBeOfType<PostgresException>().SqlState.ShouldBe("55P03");
            Should.Throw<Exception>(() => fixture.Behind(shop => Waiting(shop).Orders.Single(order => order.Id == 2).Version++)).GetBaseException().ShouldBeOfType<PostgresException>().SqlState.ShouldBe("55P03");
            held++;
        };
        await RemarkAsync(request, 2, () => { });
        held.ShouldBe(1);
        fixture.Behind(shop => shop.Remarks.Count().ShouldBe(1));
        locked.Then = null;

        // The order that was only read moved away.
        (await RefusalAsync(() => RemarkAsync(request, 2, () => fixture.Behind(shop => shop.Orders.Single(order => order.Id == 2).Version++)))).ShouldBe(UseRefusal.Changed);
        request.Shop.ChangeTracker.Clear();

        // It is gone.
        (await RefusalAsync(() => RemarkAsync(request, 2, () => fixture.Behind(shop => shop.Remove(shop.Orders.Single(order => order.Id == 2)))))).ShouldBe(UseRefusal.Changed);
        request.Shop.ChangeTracker.Clear();

        // The account changed in the database, and no snapshot says so yet.
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid", () =>
        {
            fixture.Behind(shop => shop.Accounts.Single().Version++);
            return Task.CompletedTask;
        }))).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
        fixture.Behind(shop => shop.Remarks.Count().ShouldBe(1));
    }

    [Fact]
    public async Task Known_hole_What_a_function_or_a_rule_does_is_not_seen()
    {
        await using var fixture = new ShopFixture(database: options => options.UseNpgsql(_connection));
        fixture.Behind(shop => shop.Database.ExecuteSqlRaw(
            """
            CREATE FUNCTION tidy() RETURNS integer LANGUAGE sql AS 'UPDATE "Orders" SET "Status" = ''by a function'' WHERE "Id" = 1 RETURNING 1';
            CREATE RULE also AS ON INSERT TO "Remarks" DO ALSO UPDATE "Orders" SET "Status" = 'by a rule' WHERE "Id" = 2;
            """));
        await using var request = fixture.Request();
        (await request.Shop.Database.SqlQueryRaw<int>("SELECT tidy() AS \"Value\"").ToListAsync(ShopRequest.Cancelled)).ShouldBe([1]);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("by a function");
        await request.Shop.Database.ExecuteSqlRawAsync("INSERT INTO \"Remarks\" (\"Text\") VALUES ('nice')", ShopRequest.Cancelled);
        fixture.Stored(2).ShouldNotBeNull().Status.ShouldBe("by a rule");
    }

    [Fact]
    public async Task What_a_savepoint_took_back_may_be_changed_by_others_and_is_not_taken_for_our_own()
    {
        await using var fixture = new ShopFixture(database: options => options.UseNpgsql(_connection));
        await using var request = fixture.Request();
        var shop = request.Shop;
        await using var transaction = await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled);
        await transaction.CreateSavepointAsync("before", ShopRequest.Cancelled);
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        await shop.SaveChangesAsync(ShopRequest.Cancelled);
        await transaction.RollbackToSavepointAsync("before", ShopRequest.Cancelled);

        // The lock went with the savepoint: another now makes the version that ours would have been.
        fixture.Behind(other =>
        {
            var order = other.Orders.Single(one => one.Id == 1);
            order.Owner = "bob";
            order.Version++;
        });
        shop.Add(new Remark { Text = "paid" });
        await shop.SaveChangesAsync(ShopRequest.Cancelled);
        (await RefusalAsync(() => transaction.CommitAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Owner.ShouldBe("bob");
    }

    [Fact]
    public async Task A_serialization_failure_is_a_conflict_of_the_use()
    {
        await using var fixture = new ShopFixture(database: options => options.UseNpgsql(_connection));
        await using var request = fixture.Request();
        await using (await request.Shop.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, ShopRequest.Cancelled))
        {
            // 40001: the row was changed after the transaction's snapshot, though its version was not.
            (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid", () =>
            {
                fixture.Behind(shop => shop.Orders.Single(order => order.Id == 1).Status = "shipped");
                return Task.CompletedTask;
            }))).ShouldBe(UseRefusal.Changed);
        }

        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("shipped");
        fixture.Lab.Audit.Events.ShouldContain(one => one.Reason == "use.stale:Changed");
    }

    [Fact]
    public async Task A_serialization_failure_at_a_commit_of_the_application_itself_is_answered_as_a_conflict()
    {
        await using var fixture = new ShopFixture(database: options => options.UseNpgsql(_connection));
        await using var request = fixture.Request();
        await using var other = fixture.Past();
        (await fixture.StatusAsync(request, async () =>
        {
            // Each reads what the other writes: one of the two cannot be kept.
            await using var mine = await request.Shop.Database.BeginTransactionAsync(IsolationLevel.Serializable, ShopRequest.Cancelled);
            await using var theirs = await other.Database.BeginTransactionAsync(IsolationLevel.Serializable, ShopRequest.Cancelled);
            (await request.Shop.Orders.CountAsync(ShopRequest.Cancelled)).ShouldBe(2);
            (await other.Orders.CountAsync(ShopRequest.Cancelled)).ShouldBe(2);
            (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
            other.Orders.Add(new Order { Id = 3, Owner = "alice" });
            await other.SaveChangesAsync(ShopRequest.Cancelled);
            await request.Shop.SaveChangesAsync(ShopRequest.Cancelled);
            await theirs.CommitAsync(ShopRequest.Cancelled);
            await mine.CommitAsync(ShopRequest.Cancelled);
        })).ShouldBe(409);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task A_deadlock_is_a_conflict_of_the_use()
    {
        await using var fixture = new ShopFixture(database: options => options.UseNpgsql(_connection));
        await using var request = fixture.Request(fixture.Lab.Caller("alice", ["clerk"]));
        await using var other = fixture.Past();

        // Ours finds out first, and is the one that ends.
        await request.Shop.Database.OpenConnectionAsync(ShopRequest.Cancelled);
        await request.Shop.Database.ExecuteSqlRawAsync("SET deadlock_timeout = '200ms'", ShopRequest.Cancelled);
        await other.Database.OpenConnectionAsync(ShopRequest.Cancelled);
        await other.Database.ExecuteSqlRawAsync("SET deadlock_timeout = '60s'", ShopRequest.Cancelled);
        await using var theirs = await other.Database.BeginTransactionAsync(ShopRequest.Cancelled);
        await other.Database.ExecuteSqlRawAsync("UPDATE \"Orders\" SET \"Status\" = 'theirs' WHERE \"Id\" = 2", ShopRequest.Cancelled);
        var waiting = Task.CompletedTask;
        (await RefusalAsync(() => request.Guard.ExecuteAsync<Order, int>(
            "1",
            Operations.Update,
            async (use, cancelled) =>
            {
                use.Resource.Status = "paid";
                await request.Shop.SaveChangesAsync(cancelled);
                waiting = other.Database.ExecuteSqlRawAsync("UPDATE \"Orders\" SET \"Status\" = 'theirs' WHERE \"Id\" = 1", ShopRequest.Cancelled);
                (await request.AuthorizedAsync(2, Operations.Update)).Status = "paid";
                return await request.Shop.SaveChangesAsync(cancelled);
            },
            ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        await waiting;
        await theirs.CommitAsync(ShopRequest.Cancelled);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("theirs");
    }

    private static Task<int> RemarkAsync(ShopRequest request, int id, Action between) => request.Guard.ExecuteAsync<Order, int>(
        $"{id}",
        "remark",
        (use, _) =>
        {
            request.Shop.Add(new Remark { Text = use.Resource.Owner });
            between();
            return Task.FromResult(1);
        },
        ShopRequest.Cancelled);

    private static ShopContext Waiting(ShopContext shop)
    {
        // Opened by hand, so that the setting stays for the save.
        shop.Database.OpenConnection();
        shop.Database.ExecuteSqlRaw("SET lock_timeout = '50ms'");
        return shop;
    }

    /// <summary>Comes after the gate's own look, and before the commit itself.</summary>
    private sealed class Locked : DbTransactionInterceptor
    {
        public Action? Then { get; set; }

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(
            DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            Then?.Invoke();
            return ValueTask.FromResult(result);
        }
    }
}
