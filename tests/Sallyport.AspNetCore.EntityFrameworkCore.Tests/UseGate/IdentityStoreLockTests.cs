using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.EntityFrameworkCore.UseGate;
using Sallyport.AspNetCore.Identity;
using static Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate.Refusals;

namespace Sallyport.AspNetCore.EntityFrameworkCore.Tests.UseGate;

/// <summary>The guard's own store of identities, in the shop's database.</summary>
public sealed class IdentityStoreLockTests
{
    [Theory]
    [InlineData("change")]
    [InlineData("match")]
    [InlineData("remove")]
    [InlineData("replace")]
    public async Task ASVS_8_3_2_A_change_in_the_store_stops_a_commit_before_any_snapshot_has_it(string change)
    {
        await using var fixture = new ShopFixture(withAccounts: true, accounts: SqlIdentityRowLock.ForIdentityStore());
        await using var store = new SallyportIdentityStore(new IdentityStoreOptions().UseSqlite(fixture.File), TimeProvider.System);
        var caller = fixture.Lab.Caller("alice");
        var alice = new CertificateIdentity { Name = "alice", Roles = ["partners"], Matches = [new CertificateMatch.Sha256(caller.Certificate.Thumbprint)] };
        (await store.AddAsync(alice, "test", ShopRequest.Cancelled)).ShouldBeOfType<IdentityWrite.Done>();
        var stored = (await store.ReadAsync(ShopRequest.Cancelled)).Identities.Single();
        fixture.Lab.Directory.Instead = new IdentityAnswer.Known(stored, 1);

        await using var request = fixture.Request(caller);
        await request.UpdateAsync(1, order => order.Status = "paid");
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");

        (await request.AuthorizedAsync(1, Operations.Update)).Status = "sent";
        (await Change(store, alice, change)).ShouldBeOfType<IdentityWrite.Done>();
        (await RefusalAsync(() => request.Shop.SaveChangesAsync(ShopRequest.Cancelled)))
            .ShouldBe(change == "remove" ? UseRefusal.IdentityLost : UseRefusal.Changed);
        fixture.Stored(1).ShouldNotBeNull().Status.ShouldBe("paid");
    }

    private static async Task<IdentityWrite> Change(SallyportIdentityStore store, CertificateIdentity alice, string change)
    {
        switch (change)
        {
            case "change":
                return await store.ChangeAsync("alice", null, now => now with { Roles = [] }, "test", ShopRequest.Cancelled);
            case "match":
                return await store.ChangeAsync("alice", null, now => now with { Matches = [] }, "test", ShopRequest.Cancelled);
            case "remove":
                return await store.RemoveAsync("alice", "test", ShopRequest.Cancelled);
            default:
                (await store.RemoveAsync("alice", "test", ShopRequest.Cancelled)).ShouldBeOfType<IdentityWrite.Done>();
                return await store.AddAsync(alice, "test", ShopRequest.Cancelled);
        }
    }
}
