using System.Linq;
using System.Threading.Tasks;
using Microsoft.EntityFrameworkCore;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>What the use gate does not see, as docs/guard.md says: a test that fails here means that the page may promise more.</summary>
public sealed class KnownHolesTests
{
    [Fact]
    public async Task Known_hole_What_a_view_writes_is_not_seen()
    {
        await using var fixture = new ShopFixture();
        fixture.Behind(shop => shop.Database.ExecuteSqlRaw(
            """
            CREATE VIEW States AS SELECT Id, Status FROM Orders;
            CREATE TRIGGER StatesWritten INSTEAD OF UPDATE ON States BEGIN UPDATE Orders SET Status = NEW.Status WHERE Id = NEW.Id; END
            """));
        await using var request = fixture.Request();
        (await request.Shop.Database.ExecuteSqlRawAsync("UPDATE States SET Status = 'past the gate' WHERE Id = 1", ShopRequest.Cancelled)).ShouldBeGreaterThanOrEqualTo(0);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("past the gate");
    }

    [Fact]
    public async Task Known_hole_Another_context_over_the_same_tables_is_not_seen()
    {
        await using var fixture = new ShopFixture();
        await using var other = new OtherContext(new DbContextOptionsBuilder<OtherContext>().UseSqlite($"Data Source={fixture.File};Pooling=False").Options);
        (await other.Set<Order>().SingleAsync(order => order.Id == 1, ShopRequest.Cancelled)).Status = "past the gate";
        (await other.SaveChangesAsync(ShopRequest.Cancelled)).ShouldBe(1);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("past the gate");
    }

    [Fact]
    public async Task Known_hole_The_rows_that_join_two_entities_are_not_seen()
    {
        await using var fixture = new ShopFixture();
        await using var request = fixture.Request();

        // Bob's order, which alice may not touch.
        var order = await request.Shop.Orders.SingleAsync(one => one.Id == 2, ShopRequest.Cancelled);
        order.Tags.Add(new Tag { Text = "past the gate" });
        (await request.Shop.SaveChangesAsync(ShopRequest.Cancelled)).ShouldBe(2);
        await using var past = fixture.Past();
        past.Orders.Where(one => one.Id == 2).SelectMany(one => one.Tags).Single().Text.ShouldBe("past the gate");
    }

    /// <summary>Knows the same tables, and no gate.</summary>
    private sealed class OtherContext(DbContextOptions<OtherContext> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Order>(order =>
        {
            order.ToTable("Orders").HasDiscriminator<string>("Discriminator").HasValue("Order");
            order.Ignore(one => one.Lines).Ignore(one => one.Tags);
        });
    }
}
