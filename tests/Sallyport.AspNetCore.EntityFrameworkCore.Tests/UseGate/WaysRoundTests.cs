using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.EntityFrameworkCore.UseGate;
using static Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate.Refusals;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

public sealed class WaysRoundTests
{
    [Fact]
    public async Task Bulk_changes_of_guarded_entities_are_refused()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var shop = request.Shop;
        (await RefusalAsync(() => shop.Orders.Where(order => order.Id == 1).ExecuteDeleteAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Unchecked);
        (await RefusalAsync(() => shop.Orders.ExecuteUpdateAsync(set => set.SetProperty(order => order.Owner, "mallory"), ShopRequest.Cancelled)))
            .ShouldBe(UseRefusal.Unchecked);
        (await RefusalAsync(() => shop.RushOrders.ExecuteDeleteAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Unchecked);
        Refusal(() => shop.Orders.ExecuteDelete()).ShouldBe(UseRefusal.Unchecked);
        fixture.Stored(1).ShouldNotBeNull().Owner.ShouldBe("alice");
        (await shop.Remarks.ExecuteDeleteAsync(ShopRequest.Cancelled)).ShouldBe(0);
    }

    [Fact]
    public async Task SQL_of_the_applications_own_may_not_write_to_guarded_tables()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var database = request.Shop.Database;
        (await RefusalAsync(() => database.ExecuteSqlRawAsync("UPDATE Orders SET Owner = 'mallory'", ShopRequest.Cancelled))).ShouldBe(UseRefusal.Unchecked);
        (await RefusalAsync(() => database.ExecuteSqlAsync($"delete from \"orders\" where Id = {1}", ShopRequest.Cancelled))).ShouldBe(UseRefusal.Unchecked);
        (await RefusalAsync(() => database.ExecuteSqlRawAsync("DELETE FROM OrderLine", ShopRequest.Cancelled))).ShouldBe(UseRefusal.Unchecked);
        Refusal(() => database.ExecuteSqlRaw("DROP TABLE Orders")).ShouldBe(UseRefusal.Unchecked);
        (await RefusalAsync(() => request.Shop.Remarks.FromSqlRaw("DELETE FROM Orders WHERE Id = 1 RETURNING Id, Owner AS Text").ToListAsync(ShopRequest.Cancelled)))
            .ShouldBe(UseRefusal.Unchecked);
        (await RefusalAsync(() => database.SqlQueryRaw<string>("UPDATE Orders SET Owner = 'mallory' RETURNING Owner").ToListAsync(ShopRequest.Cancelled)))
            .ShouldBe(UseRefusal.Unchecked);
        fixture.Stored(1).ShouldNotBeNull().Owner.ShouldBe("alice");

        await database.ExecuteSqlAsync($"INSERT INTO Remarks (Text) VALUES ({"orders"})", ShopRequest.Cancelled);
        (await request.Shop.Orders.FromSqlRaw("SELECT * FROM Orders WHERE Owner = 'alice'").CountAsync(ShopRequest.Cancelled)).ShouldBe(1);
    }

    [Theory]
    [InlineData("SELECT * FROM orders FOR UPDATE", false)]
    [InlineData("SELECT replace(Owner, 'a', 'b') FROM orders", false)]
    [InlineData("SELECT 1; UPDATE public.\"Orders\" SET x = 1", true)]
    [InlineData("WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone", true)]
    [InlineData("INSERT INTO orders_old SELECT * FROM reorders", false)]
    [InlineData("MERGE INTO orders USING x ON true WHEN MATCHED THEN DO NOTHING", true)]
    [InlineData("TRUNCATE remarks, orders", true)]
    [InlineData("COPY orders FROM STDIN", true)]
    [InlineData("CREATE TRIGGER t AFTER INSERT ON orders BEGIN SELECT 1; END", true)]
    [InlineData("DO $$ BEGIN EXECUTE 'UPDATE ' || 'or' || 'ders'; END $$", true)]
    [InlineData("call tidy()", true)]
    [InlineData("-- a note\n\n-- another\nCALL tidy()", true)]
    [InlineData("/* a note */ -- another\n call tidy()", true)]
    [InlineData("SELECT 1; /* /* nested */ */ EXEC tidy", true)]
    [InlineData("-- call me\nSELECT * FROM orders", false)]
    [InlineData("INSERT INTO remarks VALUES (1) ON CONFLICT DO NOTHING", false)]
    public void A_command_that_may_write_is_told_from_one_that_reads(string sql, bool writes) =>
        (WrittenTables.MayWrite(sql, ["Orders"]) is not null).ShouldBe(writes);

    [Fact]
    public async Task Known_hole_A_command_of_the_connection_itself_is_not_seen()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        await request.Shop.Database.OpenConnectionAsync(ShopRequest.Cancelled);
        await using var command = request.Shop.Database.GetDbConnection().CreateCommand();
        command.CommandText = "UPDATE Orders SET Status = 'past the gate' WHERE Id = 1";
        (await command.ExecuteNonQueryAsync(ShopRequest.Cancelled)).ShouldBe(1);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("past the gate");
    }

    [Fact]
    public async Task Known_hole_What_a_trigger_does_is_not_seen()
    {
        await using var fixture = new ShopFixture();
        fixture.Behind(shop => shop.Database.ExecuteSqlRaw("CREATE TRIGGER t AFTER INSERT ON Remarks BEGIN UPDATE Orders SET Status = 'past the gate'; END"));
        await using var request = fixture.Request();
        request.Shop.Add(new Remark { Text = "nice" });
        await request.Shop.SaveChangesAsync(ShopRequest.Cancelled);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("past the gate");
    }

    [Fact]
    public async Task An_order_that_pretends_to_be_ones_own_is_judged_by_what_is_stored()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var forged = new Order { Id = 2, Owner = "alice", Status = "paid", Version = 0 };
        request.Shop.Update(forged);
        (await RefusalAsync(() => request.AuthorizeAsync(forged, Operations.Update))).ShouldBe(UseRefusal.NotAllowed);
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
    }

    [Fact]
    public async Task An_order_is_not_moved_to_another_owner_in_passing()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Owner = "bob"))).ShouldBe(UseRefusal.NotAllowed);
        request.Shop.ChangeTracker.Clear();
        await request.UpdateAsync(1, order => order.Owner = "bob", operation: "give");
        fixture.Stored(1).ShouldNotBeNull().Owner.ShouldBe("bob");
    }

    [Fact]
    public async Task A_new_order_with_the_key_of_another_does_not_overwrite_it()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var created = new Order { Id = 2, Owner = "alice" };
        await request.AuthorizeAsync(created, Operations.Create);
        request.Shop.Update(created);
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        fixture.Stored(2).ShouldNotBeNull().Owner.ShouldBe("bob");
    }

    [Fact]
    public async Task What_another_interceptor_changes_after_the_first_look_is_seen_by_the_second()
    {
        var late = new Late();
        await using var fixture = new ShopFixture(later: [late]);
        await using var request = fixture.Request();
        late.Change = context => context.Set<Order>().Local.Single().Owner = "mallory";
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid"))).ShouldBe(UseRefusal.NotAllowed);
        request.Shop.ChangeTracker.Clear();

        late.Change = context => context.Add(new Order { Id = 3, Owner = "mallory" });
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid"))).ShouldBe(UseRefusal.NotAuthorized);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
        fixture.Stored(3).ShouldBeNull();
    }

    [Fact]
    public async Task What_was_changed_before_it_was_authorized_is_not_taken_along()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        request.Shop.Orders.Single(order => order.Id == 1).Status = "paid";
        await Should.ThrowAsync<InvalidOperationException>(() => request.UpdateAsync(1, order => order.Status = "sent"));
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public void A_model_that_could_be_written_past_the_gate_is_refused_with_everything_that_is_wrong()
    {
        using var context = new OpenContext(new DbContextOptionsBuilder<OpenContext>().UseSqlite("Data Source=:memory:").Options);
        var refused = Should.Throw<InvalidOperationException>(() => new GuardedModel(context.Model, [typeof(Unversioned), typeof(Letter), typeof(string)]));
        refused.Message.ShouldContain("Unversioned has 0 concurrency tokens");
        refused.Message.ShouldContain("Envelope is not guarded but is stored in the table");
        refused.Message.ShouldContain("Letter is deleted or changed by the store when its Sender is");
        refused.Message.ShouldContain("String is not an entity");
    }

    private sealed class Late : SaveChangesInterceptor
    {
        public Action<DbContext>? Change { get; set; }

        public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
            DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
        {
            Change?.Invoke(eventData.Context.ShouldNotBeNull());
            return ValueTask.FromResult(result);
        }
    }

    private sealed class OpenContext(DbContextOptions<OpenContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Unversioned>();
            modelBuilder.Entity<Letter>(letter =>
            {
                letter.ToTable("letters").Property(one => one.Version).IsConcurrencyToken();
                letter.HasOne<Sender>().WithMany().HasForeignKey(one => one.SenderId).OnDelete(DeleteBehavior.Cascade);
            });
            modelBuilder.Entity<Envelope>(envelope =>
            {
                envelope.ToTable("letters").Property(one => one.Version).IsConcurrencyToken();
                envelope.HasOne<Letter>().WithOne().HasForeignKey<Envelope>(one => one.Id).OnDelete(DeleteBehavior.Restrict);
            });
        }
    }

    private sealed class Unversioned
    {
        public int Id { get; set; }
    }

    private sealed class Sender
    {
        public int Id { get; set; }
    }

    private sealed class Letter
    {
        public int Id { get; set; }

        public int SenderId { get; set; }

        public long Version { get; set; }
    }

    private sealed class Envelope
    {
        public int Id { get; set; }

        public long Version { get; set; }
    }
}
