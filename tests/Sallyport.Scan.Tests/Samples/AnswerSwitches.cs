using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of what goes out, and of the description.</summary>
internal static class AnswerSwitches
{
    private const string Own = "/profiles/alice";

    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.CardShown, async api => Regex.IsMatch((await api.GetAsync(Own, api.Alice)).Text, "\"card\":\"4[0-9]{15}\"")),
        (Weakness.SecretShown, async api => Regex.IsMatch((await api.GetAsync(Own, api.Alice)).Text, "AKIA[A-Z2-7]{16}")),
        (Weakness.TalkativeErrors, async api => (await api.GetAsync("/orders/abc", api.Alice)).Text.Contains("at System.", StringComparison.Ordinal)),
        (Weakness.SharedCache, SharedCacheAsync),
        (Weakness.MixedContent, async api => (await api.SendAsync("GET", "/login", api.Alice.Forged, [])).Text.Contains("\"http://", StringComparison.Ordinal)),
        (Weakness.NoSecurityHeaders, async api => (await api.SendAsync("GET", "/login", api.Alice.Forged, [])).Header("Content-Security-Policy").Length == 0),
        (Weakness.OldVersion, async api => (await api.SendAsync("GET", "/v1" + Own, api.Alice.Forged, [])).Served),
        (Weakness.HiddenRoutes, async api => (await api.GetAsync("/profiles", api.Alice)).Served),
        (Weakness.Banner, async api => (await api.GetAsync(Own, api.Alice)).Header("Server").Contains('/', StringComparison.Ordinal)),
        (Weakness.PlainLinks, async api => (await api.GetAsync(Own, api.Alice)).Text.Contains("http://", StringComparison.Ordinal)),
        (Weakness.SilentDescription, api => Task.FromResult(!api.App.Description.Contains("mutualTLS", StringComparison.Ordinal))),
        (Weakness.CarelessDescription, api => Task.FromResult(api.App.Description.Contains("partnerKey", StringComparison.Ordinal))),
        (Weakness.UndeclaredAnswers, api => Task.FromResult(!api.App.Description.Contains("\"429\"", StringComparison.Ordinal))),
        (Weakness.UnboundedDescription, api => Task.FromResult(!api.App.Description.Contains("maxLength", StringComparison.Ordinal))),
        (Weakness.NoRateLimit, async api => (await api.GetAsync(Own, api.Alice)).Header("RateLimit-Limit").Length == 0),
        (Weakness.SpoofedRateLimit, SpoofedAsync),
        (Weakness.NoCaps, async api => (await api.GetAsync("/orders?limit=1000000", api.Alice)).Text.Length > 10_000),
    ];

    private static async Task<bool> SharedCacheAsync(OrdersClient api)
    {
        (await api.GetAsync("/orders?limit=3", api.Alice)).Text.ShouldContain("\"owner\":\"alice\"");
        return (await api.GetAsync("/orders?limit=3", api.Bob)).Text.Contains("\"owner\":\"alice\"", StringComparison.Ordinal);
    }

    private static async Task<bool> SpoofedAsync(OrdersClient api)
    {
        // A window may end between two of them, but not between every two.
        int[] left = [.. await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
            int.Parse((await api.GetAsync(Own, api.Alice, ("X-Forwarded-For", $"192.0.2.{i}"))).Header("RateLimit-Remaining"), System.Globalization.CultureInfo.InvariantCulture)))];
        return left.Distinct().Count() == 1;
    }
}
