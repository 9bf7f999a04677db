using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Tests.Authorization;
using static Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate.Refusals;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>Time of check, time of use: something changes between the two, at a moment that the test chooses.</summary>
public sealed class ChangedMeanwhileTests
{
    public static TheoryData<string, UseRefusal> Losses => new()
    {
        { "role", UseRefusal.Changed },
        { "account disabled", UseRefusal.IdentityLost },
        { "account unknown", UseRefusal.IdentityLost },
        { "accounts stale", UseRefusal.IdentityLost },
        { "certificate denied", UseRefusal.CertificateLost },
        { "certificate expired", UseRefusal.CertificateLost },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task ASVS_8_3_2_Who_loses_the_right_during_the_work_does_not_commit(string loss, UseRefusal expected)
    {
        await using var fixture = new ShopFixture();
        var alice = fixture.Lab.Caller("alice", ["clerk"]);
        await using var request = fixture.Request(alice);
        (await RefusalAsync(() => request.UpdateAsync(2, order => order.Status = "paid", () => Lose(fixture.Lab, alice, loss)))).ShouldBe(expected);
        fixture.Stored(2).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task ASVS_8_3_2_Who_loses_the_right_after_the_save_does_not_commit(string loss, UseRefusal expected)
    {
        await using var fixture = new ShopFixture();
        var alice = fixture.Lab.Caller("alice", ["clerk"]);
        await using var request = fixture.Request(alice);
        (await RefusalAsync(() => request.Guard.ExecuteAsync<Order, int>(
            "2",
            Operations.Update,
            async (use, cancelled) =>
            {
                use.Resource.Status = "paid";
                var saved = await request.Shop.SaveChangesAsync(cancelled);
                await Lose(fixture.Lab, alice, loss);
                return saved;
            },
            ShopRequest.Cancelled))).ShouldBe(expected);
        fixture.Stored(2).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task A_new_list_of_revocations_that_says_nothing_of_the_caller_refuses_nothing()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        await request.UpdateAsync(1, order => order.Status = "paid", () =>
        {
            fixture.Lab.Publish();
            fixture.Lab.Caller("bob", ["clerk"]);
            return Task.CompletedTask;
        });
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    [Fact]
    public async Task ASVS_15_4_2_An_account_that_changed_in_the_same_database_does_not_commit_though_nobody_has_heard_of_it()
    {
        await using var fixture = new ShopFixture(withAccounts: true);
        await using var request = fixture.Request();
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        fixture.Behind(shop => shop.Accounts.Single().Version = 2);
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");

        fixture.Behind(shop => shop.Remove(shop.Accounts.Single()));
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.IdentityLost);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ASVS_15_4_2_An_order_that_changed_after_it_was_authorized_is_not_written(bool move)
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var order = await request.AuthorizedAsync(1, Operations.Update);
        fixture.Behind(shop =>
        {
            var other = shop.Orders.Single(one => one.Id == 1);
            other.Owner = move ? "bob" : other.Owner;
            other.Version++;
        });
        order.Status = "paid";
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task An_order_that_was_deleted_meanwhile_is_neither_changed_nor_deleted()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var order = await request.AuthorizedAsync(1, Operations.Update);
        fixture.Behind(shop => shop.Remove(shop.Orders.Single(one => one.Id == 1)));
        order.Status = "paid";
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        (await RefusalAsync(() => request.AuthorizeAsync(order, Operations.Update))).ShouldBe(UseRefusal.NotFound);
    }

    [Fact]
    public async Task What_the_context_read_before_the_check_must_be_what_was_checked()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var order = (await request.Shop.Orders.FindAsync([1], ShopRequest.Cancelled)).ShouldNotBeNull();
        fixture.Behind(shop => shop.Orders.Single(one => one.Id == 1).Version++);
        await request.AuthorizeAsync(order, Operations.Update);
        order.Status = "paid";
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
    }

    [Fact]
    public async Task The_guard_decides_on_what_is_stored_and_not_on_what_the_context_remembers()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        (await request.Shop.Orders.FindAsync([1], ShopRequest.Cancelled)).ShouldNotBeNull().Owner.ShouldBe("alice");
        fixture.Behind(shop =>
        {
            var other = shop.Orders.Single(one => one.Id == 1);
            other.Owner = "bob";
            other.Version++;
        });
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid"))).ShouldBe(UseRefusal.NotAllowed);
    }

    [Fact]
    public async Task Two_units_that_were_authorized_for_the_same_version_do_not_both_commit()
    {
        await using var fixture = new ShopFixture();
        await using var first = fixture.Request();
        (await first.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        await using var second = fixture.Request();
        // The second request made a new version of the account; the first one would be refused for that alone.
        (await first.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        (await second.AuthorizedAsync(1, Operations.Update)).Status = "sent";
        await second.Shop.SaveChangesAsync(ShopRequest.Cancelled);
        (await RefusalAsync(() => first.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("sent");
    }

    [Fact]
    public async Task Who_loses_the_right_while_the_order_is_read_is_not_granted_it()
    {
        await using var fixture = new ShopFixture();
        var alice = fixture.Lab.Caller("alice");
        await using var request = fixture.Request(alice);
        var asked = 0;
        fixture.Policy.Asked = () =>
        {
            asked++;
            fixture.Lab.Publish(alice.Certificate.Thumbprint);
        };
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid"))).ShouldBe(UseRefusal.CertificateLost);
        asked.ShouldBe(1);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    private static Task Lose(GateLab lab, GateLab.TestCaller caller, string loss)
    {
        switch (loss)
        {
            case "role": lab.Caller("alice"); break;
            case "account disabled": lab.Directory.Instead = new IdentityAnswer.Inactive("alice"); break;
            case "account unknown": lab.Directory.Instead = new IdentityAnswer.Unmapped(); break;
            case "accounts stale": lab.Directory.Instead = new IdentityAnswer.Stale(); break;
            case "certificate denied": lab.Publish(caller.Certificate.Thumbprint); break;
            case "certificate expired": lab.Clock.Ahead = TimeSpan.FromDays(400); break;
            default: throw new ArgumentOutOfRangeException(nameof(loss), loss, "unknown");
        }

        return Task.CompletedTask;
    }
}
