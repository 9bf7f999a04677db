using System.Linq;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using static Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate.Refusals;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

public sealed class WithoutAuthorizationTests
{
    [Fact]
    public async Task ASVS_8_2_2_A_guarded_entity_is_not_written_without_an_authorization()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var shop = request.Shop;
        var mine = (await shop.Orders.FindAsync([1], ShopRequest.Cancelled)).ShouldNotBeNull();

        mine.Status = "paid";
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        Refusal(() => shop.SaveChanges()).ShouldBe(UseRefusal.NotAuthorized);
        shop.ChangeTracker.Clear();

        shop.Remove(shop.Orders.Single(order => order.Id == 1));
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        shop.ChangeTracker.Clear();

        shop.Add(new Order { Id = 3, Owner = "alice" });
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        shop.ChangeTracker.Clear();

        shop.Add(new RushOrder { Id = 4, Owner = "alice" });
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);

        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
        fixture.Stored(3).ShouldBeNull();
        fixture.Stored(4).ShouldBeNull();
        fixture.Lab.Audit.Events.Count.ShouldBe(5);
        fixture.Lab.Audit.Events.ShouldAllBe(happened => happened.Kind == AuditKind.Refused && happened.Reason == "use.stale:NotAuthorized");
    }

    [Fact]
    public async Task What_is_not_guarded_is_written_freely()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        request.Shop.Add(new Remark { Text = "nice" });
        (await request.Shop.SaveChangesAsync(ShopRequest.Cancelled)).ShouldBe(1);
        fixture.Lab.Audit.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_is_its_owner()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var order = request.Shop.Orders.Single(one => one.Id == 1);
        order.Lines[0].Article = "gold";
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        request.Shop.ChangeTracker.Clear();

        await request.UpdateAsync(1, one => one.Lines.Add(new OrderLine { Article = "milk" }));
        fixture.Stored(1).ShouldNotBeNull().Lines.Select(line => line.Article).ShouldBe(["tea", "milk"], ignoreOrder: true);
        fixture.Stored(1).ShouldNotBeNull().Version.ShouldBe(1);
    }

    [Fact]
    public async Task An_authorization_to_do_one_thing_allows_no_other()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var order = await request.AuthorizedAsync(1, Operations.Read);
        order.Status = "paid";
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        request.Shop.ChangeTracker.Clear();

        order = await request.AuthorizedAsync(1, Operations.Update);
        request.Shop.Remove(order);
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);

        // Another unit of work: this one still holds its unused authorization to update.
        await using var another = fixture.Request();
        order = await another.AuthorizedAsync(1, Operations.Delete);
        order.Status = "paid";
        (await RefusalAsync(() => another.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task Reading_an_order_in_between_takes_no_authorization_away()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        await using var transaction = await request.Shop.Database.BeginTransactionAsync(ShopRequest.Cancelled);
        var order = await request.AuthorizedAsync(1, Operations.Update);
        await request.AuthorizeAsync(order, Operations.Read);
        order.Status = "paid";
        await request.Shop.SaveChangesAsync(ShopRequest.Cancelled);
        await transaction.CommitAsync(ShopRequest.Cancelled);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    [Fact]
    public async Task An_authorization_for_one_order_is_none_for_another()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request(fixture.Lab.Caller("alice", ["clerk"]));
        await request.AuthorizedAsync(1, Operations.Update);
        request.Shop.Orders.Single(order => order.Id == 2).Status = "paid";
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
    }

    [Fact]
    public async Task Who_may_creates_changes_and_ends()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var created = new RushOrder { Id = 3, Owner = "alice", Hours = 2 };
        request.Shop.Add(created);
        await request.AuthorizeAsync(created, Operations.Create);
        await request.Shop.SaveChangesAsync(ShopRequest.Cancelled);

        await request.UpdateAsync(3, order => order.Status = "paid");
        fixture.Stored(3).ShouldNotBeNull().Status.ShouldBe("paid");
        fixture.Stored(3).ShouldNotBeNull().Version.ShouldBe(1);

        request.Shop.Remove(await request.AuthorizedAsync(3, Operations.Delete));
        await request.Shop.SaveChangesAsync(ShopRequest.Cancelled);
        fixture.Stored(3).ShouldBeNull();
        fixture.Lab.Audit.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_synchronous_save_is_checked_the_same()
    {
        await using var fixture = new ShopFixture(withAccounts: true);
        await using var request = fixture.Request();
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        request.Shop.SaveChanges();
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");

        (await request.AuthorizedAsync(1, Operations.Update)).Status = "sent";
        fixture.Behind(shop => shop.Accounts.Single().Version = 7);
        Refusal(() => request.Shop.SaveChanges()).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    [Fact]
    public async Task API1_2023_What_is_not_yours_or_not_there_is_refused_and_recorded()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        (await RefusalAsync(() => request.UpdateAsync(2, order => order.Status = "paid"))).ShouldBe(UseRefusal.NotAllowed);
        (await RefusalAsync(() => request.UpdateAsync(9, order => order.Status = "paid"))).ShouldBe(UseRefusal.NotFound);
        (await RefusalAsync(() => request.Guard.ExecuteAsync<Order, int>("x", Operations.Update, (_, _) => Task.FromResult(1), ShopRequest.Cancelled)))
            .ShouldBe(UseRefusal.NotFound);
        var created = new Order { Id = 3, Owner = "bob" };
        (await RefusalAsync(() => request.AuthorizeAsync(created, Operations.Create))).ShouldBe(UseRefusal.NotAllowed);
        fixture.Lab.Audit.Events.Select(happened => happened.Reason)
            .ShouldBe(["policy.refused:NotAllowed", "policy.refused:NotFound", "policy.refused:NotFound", "policy.refused:NotAllowed"]);
        fixture.Lab.Audit.Events.ShouldAllBe(happened => happened.Identity == "alice");
    }

    [Fact]
    public async Task Nobody_gets_as_far_as_the_store()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Nobody();
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid"))).ShouldBe(UseRefusal.NoCaller);
        request.Shop.ChangeTracker.Entries().ShouldBeEmpty();
    }

    [Fact]
    public async Task Reading_needs_an_authorization_and_no_transaction()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var inTransaction = await request.Guard.ExecuteAsync<Order, bool>(
            "1", Operations.Read, (_, _) => Task.FromResult(request.Shop.Database.CurrentTransaction is not null), ShopRequest.Cancelled);
        inTransaction.ShouldBeFalse();
        (await RefusalAsync(() => request.Guard.ExecuteAsync<Order, int>("2", Operations.Read, (_, _) => Task.FromResult(1), ShopRequest.Cancelled)))
            .ShouldBe(UseRefusal.NotAllowed);
    }
}
