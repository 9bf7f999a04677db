using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of headers, paths and ports that a proxy should stand before.</summary>
internal static class ProxySwitches
{
    private const string Own = "/profiles/alice";

    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.HeaderIdentity, async api => (await api.SendAsync("GET", Own, null, [("X-SSL-Client-Verify", "SUCCESS"), ("X-SSL-Client-S-DN", "CN=alice")])).Served),
        (Weakness.HeaderCertificate, async api => (await api.SendAsync("GET", Own, null, [("Client-Cert", Certificate(api))])).Served),
        (Weakness.HeaderBeatsCertificate, async api => (await api.GetAsync(Own, api.Bob, ("Client-Cert", Certificate(api)))).Served),
        (Weakness.LocalTrusted, async api => (await api.GetAsync("/profiles/alice", api.Bob, ("X-Forwarded-For", "127.0.0.1"))).Served),
        (Weakness.BackendPort, async api => api.App.BackendUrl is { } backend && (await api.SendAsync("GET", Own, null, [], at: backend)).Served),
    ];

    private static string Certificate(OrdersClient api) => $":{Convert.ToBase64String(api.Alice.Forged.Leaf.Span)}:";
}
