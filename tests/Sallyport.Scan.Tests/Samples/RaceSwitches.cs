using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of two things at once.</summary>
internal static class RaceSwitches
{
    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.CouponRace, CouponAsync),
        (Weakness.RevivedOrder, RevivedAsync),
        (Weakness.IfMatchIgnored, async api => (await api.SendAsync("PATCH", "/profiles/alice", api.Alice, """{"phone":"+44 20 7946 0001"}""", ("If-Match", "\"v99\""))).Served),
        (Weakness.SharedAnswer, SharedAsync),
        (Weakness.LateRevocation, LateRevocationAsync),
    ];

    private static async Task<bool> CouponAsync(OrdersClient api)
    {
        string path = "/coupons/" + api.App.ValuesFor(api.Alice)["code"];
        OrdersAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => api.SendAsync("POST", path + "/redeem", api.Alice)));
        int redemptions = int.Parse((await api.GetAsync(path, api.Alice)).Member("redemptions"), System.Globalization.CultureInfo.InvariantCulture);
        redemptions.ShouldBe(answers.Count(answer => answer.Served));
        return redemptions > 1;
    }

    // The change reads, and writes 50 ms later: one of many deletions falls between, on any machine.
    private static async Task<bool> RevivedAsync(OrdersClient api)
    {
        for (int i = 0; i < 20; i++)
        {
            OrdersAnswer made = await api.SendAsync("POST", "/orders", api.Alice, """{"item":"a buoy"}""");
            string path = made.Header("Location");
            Task<OrdersAnswer> change = api.SendAsync("PUT", path, api.Alice, """{"item":"a bell","quantity":2}""", ("If-Match", made.Header("ETag")));
            OrdersAnswer gone = await api.SendAsync("DELETE", path, api.Alice);
            await change;
            if (gone.Served && (await api.GetAsync(path, api.Alice)).Served)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> SharedAsync(OrdersClient api)
    {
        for (int round = 0; round < 10; round++)
        {
            OrdersAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? api.GetAsync("/profiles/alice", api.Alice) : api.GetAsync("/profiles/bob", api.Bob)));
            if (answers.Where((_, i) => i % 2 == 1).Any(answer => answer.Member("name") == "alice"))
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<bool> LateRevocationAsync(OrdersClient api)
    {
        (await api.GetAsync("/profiles/dave", api.Pki.Dave)).Status.ShouldBe(200);
        api.App.Revoke(api.Pki.Dave);
        try
        {
            // The same connection: the client keeps it.
            return (await api.GetAsync("/profiles/dave", api.Pki.Dave)).Served;
        }
        finally
        {
            api.App.Restore(api.Pki.Dave);
        }
    }
}
