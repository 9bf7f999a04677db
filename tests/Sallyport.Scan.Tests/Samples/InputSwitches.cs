using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using OrdersApi.App;

namespace Sallyport.Scan.Tests.Samples;

/// <summary>What shows each weakness of what comes in.</summary>
internal static class InputSwitches
{
    public static IEnumerable<(Weakness Weakness, Func<OrdersClient, Task<bool>> Shows)> All =>
    [
        (Weakness.LooseInput, async api => (await api.SendAsync("POST", "/orders", api.Alice, """{"item":"a spyglass","quantity":-4,"more":true}""")).Served),
    ];
}
