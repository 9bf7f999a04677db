using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;
using Sallyport.AspNetCore.Authorization;
using static Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate.Refusals;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

public sealed class TransactionsTests
{
    [Fact]
    public async Task One_authorization_serves_several_saves_of_one_transaction_and_no_later_one()
    {
        await using var fixture = new ShopFixture(withAccounts: true);
        await using var request = fixture.Request();
        var shop = request.Shop;
        await using (var transaction = await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled))
        {
            var order = await request.AuthorizedAsync(1, Operations.Update);
            order.Status = "paid";
            await shop.SaveChangesAsync(ShopRequest.Cancelled);
            order.Status = "sent";
            await shop.SaveChangesAsync(ShopRequest.Cancelled);
            await transaction.CommitAsync(ShopRequest.Cancelled);
        }

        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("sent");
        fixture.Stored(1).ShouldNotBeNull().Version.ShouldBe(2);
        shop.Orders.Local.Single().Status = "lost";
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
    }

    [Fact]
    public async Task What_was_made_in_a_transaction_may_be_completed_in_it()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var shop = request.Shop;
        await using var transaction = await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled);
        var order = new Order { Owner = "alice" };
        await request.AuthorizeAsync(order, Operations.Create);
        shop.Add(order);
        await shop.SaveChangesAsync(ShopRequest.Cancelled);
        order.Status = $"made {order.Id}";
        await shop.SaveChangesAsync(ShopRequest.Cancelled);
        order.Owner = "bob";
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAllowed);
        order.Owner = "alice";
        await transaction.CommitAsync(ShopRequest.Cancelled);
        fixture.Stored(order.Id).ShouldNotBeNull().Status.ShouldBe($"made {order.Id}");
    }

    [Fact]
    public async Task A_right_that_is_lost_between_two_saves_keeps_nothing_of_the_first()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var shop = request.Shop;
        await using (var transaction = await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled))
        {
            var order = await request.AuthorizedAsync(1, Operations.Update);
            order.Status = "paid";
            await shop.SaveChangesAsync(ShopRequest.Cancelled);
            fixture.Lab.Caller("alice", ["demoted"]);
            (await RefusalAsync(() => transaction.CommitAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
            Refusal(transaction.Commit).ShouldBe(UseRefusal.Changed);
        }

        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task An_authorization_ends_with_the_transaction_that_it_was_made_in()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var shop = request.Shop;
        Order order;
        await using (var transaction = await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled))
        {
            order = await request.AuthorizedAsync(1, Operations.Update);
            await transaction.RollbackAsync(ShopRequest.Cancelled);
        }

        order.Status = "paid";
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);

        // Nor does one that was left without a word: the next transaction does not find it.
        await using (await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled))
        {
            await request.AuthorizeAsync(order, Operations.Update);
        }

        await using (await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled))
        {
            (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
        }
    }

    [Fact]
    public async Task What_was_saved_before_a_savepoint_is_kept_and_what_came_after_is_not_taken_for_saved()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request(fixture.Lab.Caller("alice", ["clerk"]));
        var shop = request.Shop;
        await using var transaction = await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled);
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        await shop.SaveChangesAsync(ShopRequest.Cancelled);
        await transaction.CreateSavepointAsync("before two", ShopRequest.Cancelled);
        var second = await request.AuthorizedAsync(2, Operations.Update);
        second.Status = "paid";
        await shop.SaveChangesAsync(ShopRequest.Cancelled);
        await transaction.RollbackToSavepointAsync("before two", ShopRequest.Cancelled);

        // What the context remembers of the second order was never stored.
        second.Status = "sent";
        (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        shop.Entry(second).State = EntityState.Unchanged;
        await transaction.CommitAsync(ShopRequest.Cancelled);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
        fixture.Stored(2).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task A_failed_save_leaves_the_earlier_one_of_the_transaction_good()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var shop = request.Shop;
        await using var transaction = await shop.Database.BeginTransactionAsync(ShopRequest.Cancelled);
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        await shop.SaveChangesAsync(ShopRequest.Cancelled);
        var twice = new Account { Name = "alice" };
        shop.Add(twice);
        await Should.ThrowAsync<DbUpdateException>(() => shop.SaveChangesAsync(ShopRequest.Cancelled));
        shop.Entry(twice).State = EntityState.Detached;
        await transaction.CommitAsync(ShopRequest.Cancelled);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    [Fact]
    public async Task A_use_within_a_use_is_part_of_its_transaction()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request(fixture.Lab.Caller("alice", ["clerk"]));
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid", async () =>
        {
            await request.UpdateAsync(2, order => order.Status = "paid");
            fixture.Lab.Caller("alice");
        }))).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
        fixture.Stored(2).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task A_store_that_tries_again_authorizes_again()
    {
        var trouble = new Trouble();
        await using var fixture = new ShopFixture(
            configure: options => options.ReplaceService<IExecutionStrategyFactory, TroubleStrategyFactory>(), later: [trouble]);
        await using var request = fixture.Request();
        trouble.Times = 1;
        var asked = 0;
        fixture.Policy.Asked = () => asked++;
        var attempts = 0;
        await request.UpdateAsync(1, order => order.Status = "paid", () =>
        {
            attempts++;
            return Task.CompletedTask;
        });
        attempts.ShouldBe(2);
        asked.ShouldBeGreaterThanOrEqualTo(4);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
        fixture.Stored(1).ShouldNotBeNull().Version.ShouldBe(1);

        // The right goes between two attempts.
        trouble.Times = 1;
        trouble.Then = () => fixture.Behind(shop =>
        {
            var other = shop.Orders.Single(one => one.Id == 1);
            other.Owner = "bob";
            other.Version++;
        });
        (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "sent"))).ShouldBe(UseRefusal.NotAllowed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    [Fact]
    public async Task A_save_that_is_tried_again_by_itself_is_checked_again()
    {
        var trouble = new Trouble();
        await using var fixture = new ShopFixture(
            configure: options => options.ReplaceService<IExecutionStrategyFactory, TroubleStrategyFactory>(), later: [trouble]);
        await using var request = fixture.Request();
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        trouble.Times = 1;
        await request.Shop.SaveChangesAsync(ShopRequest.Cancelled);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");

        (await request.AuthorizedAsync(1, Operations.Update)).Status = "sent";
        trouble.Times = 1;
        trouble.Then = () => fixture.Lab.Caller("alice", ["demoted"]);
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    [Fact]
    public async Task A_transaction_that_the_gate_does_not_see_the_end_of_is_refused()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        var shop = request.Shop;
        await shop.Database.OpenConnectionAsync(ShopRequest.Cancelled);
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        await using (var foreign = await shop.Database.GetDbConnection().BeginTransactionAsync(ShopRequest.Cancelled))
        {
            await using var used = await shop.Database.UseTransactionAsync(foreign, ShopRequest.Cancelled);
            (await RefusalAsync(() => shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Unchecked);
            await foreign.RollbackAsync(ShopRequest.Cancelled);
        }

        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
    }

    [Fact]
    public async Task An_ambient_transaction_is_refused()
    {
        await using var fixture = new ShopFixture(configure: options => options.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.AmbientTransactionWarning)));
        await using var request = fixture.Request();
        var order = await request.AuthorizedAsync(1, Operations.Update);
        using var scope = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled);
        order.Status = "paid";
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.Unchecked);
        scope.Complete();
    }

    [Fact]
    public async Task A_context_that_would_rather_have_no_transaction_gets_one()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();
        request.Shop.Database.AutoTransactionBehavior = AutoTransactionBehavior.Never;
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        await request.Shop.SaveChangesAsync(ShopRequest.Cancelled);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
        request.Shop.Database.AutoTransactionBehavior.ShouldBe(AutoTransactionBehavior.Always);
    }

    [Fact]
    public async Task A_context_of_a_pool_does_not_pass_authorizations_on()
    {
        await using var fixture = new ShopFixture(isPooled: true);
        ShopContext first;
        await using (var request = fixture.Request())
        {
            first = request.Shop;
            await request.AuthorizedAsync(1, Operations.Update);
        }

        await using var next = fixture.Request();
        next.Shop.ShouldBeSameAs(first);
        (await next.Shop.Orders.FindAsync([1], ShopRequest.Cancelled)).ShouldNotBeNull().Status = "paid";
        (await RefusalAsync(() => next.Shop.SaveChangesAsync(ShopRequest.Cancelled))).ShouldBe(UseRefusal.NotAuthorized);
    }

    /// <summary>The store that fails when its transaction is to commit, as often as the test says.</summary>
    private sealed class Trouble : DbTransactionInterceptor
    {
        public int Times { get; set; }

        public Action? Then { get; set; }

        public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
            System.Data.Common.DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
        {
            if (Times-- > 0)
            {
                await transaction.RollbackAsync(cancellationToken);
                Then?.Invoke();
                throw new TimeoutException("the store is away");
            }

            return result;
        }
    }

    private sealed class TroubleStrategyFactory(ExecutionStrategyDependencies dependencies) : IExecutionStrategyFactory
    {
        public IExecutionStrategy Create() => new TroubleStrategy(dependencies);
    }

    private sealed class TroubleStrategy(ExecutionStrategyDependencies dependencies) : ExecutionStrategy(dependencies, 3, TimeSpan.FromMilliseconds(1))
    {
        protected override bool ShouldRetryOn(Exception exception) => exception is TimeoutException;
    }
}
