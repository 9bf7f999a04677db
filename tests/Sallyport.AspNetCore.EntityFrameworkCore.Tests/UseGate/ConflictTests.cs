using System;
using System.Threading.Tasks;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sallyport.AspNetCore.Authorization;
using static Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate.Refusals;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>A database that gives way to another's change answers "conflict", not "error": on SQLite, a database that stays busy.</summary>
public sealed class ConflictTests : IDisposable
{
    private readonly string _file = System.IO.Path.GetTempFileName();

    public void Dispose() => System.IO.File.Delete(_file);

    [Fact]
    public async Task A_busy_database_is_a_conflict_of_the_use_and_keeps_nothing()
    {
        await using var fixture = Fixture();
        await using var request = fixture.Request();
        await using (var other = await BusyAsync())
        {
            (await RefusalAsync(() => request.UpdateAsync(1, order => order.Status = "paid"))).ShouldBe(UseRefusal.Changed);
        }

        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("open");
        await using var again = fixture.Request();
        await again.UpdateAsync(1, order => order.Status = "paid");
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    [Theory]
    [InlineData(null, 409)]
    [InlineData("\"1\"", 412)]
    public async Task A_save_of_the_application_itself_that_meets_a_busy_database_is_answered_as_a_conflict(string? ifMatch, int status)
    {
        await using var fixture = Fixture();
        await using var request = fixture.Request();
        (await request.AuthorizedAsync(1, Operations.Update)).Status = "paid";
        await using var other = await BusyAsync();
        (await fixture.StatusAsync(request, () => request.Shop.SaveChangesAsync(ShopRequest.Cancelled), ifMatch)).ShouldBe(status);
        fixture.Lab.Audit.Events.ShouldContain(one => one.Reason == "use.stale:Changed");
    }

    [Fact]
    public async Task Other_errors_of_a_database_stay_errors()
    {
        await using var fixture = Fixture();
        await using var request = fixture.Request();
        await Should.ThrowAsync<SqliteException>(() => fixture.StatusAsync(request, () => request.Shop.Database.ExecuteSqlRawAsync("SELECT nothing FROM nowhere", ShopRequest.Cancelled)));
        await Should.ThrowAsync<DbUpdateException>(() => fixture.StatusAsync(request, () =>
        {
            // The database says no to a second one of that key.
            fixture.Behind(shop => shop.Add(new Remark { Id = 7, Text = "first" }));
            request.Shop.Add(new Remark { Id = 7, Text = "second" });
            return request.Shop.SaveChangesAsync(ShopRequest.Cancelled);
        }));
    }

    private ShopFixture Fixture() => new(database: options => options.UseSqlite($"Data Source={_file};Pooling=False;Default Timeout=1"));

    private async Task<SqliteConnection> BusyAsync()
    {
        var connection = new SqliteConnection($"Data Source={_file};Pooling=False");
        await connection.OpenAsync(ShopRequest.Cancelled);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        await command.ExecuteNonQueryAsync(ShopRequest.Cancelled);
        return connection;
    }
}
