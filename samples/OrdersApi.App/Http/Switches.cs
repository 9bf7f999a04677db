using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App.Http;

/// <summary>The weaknesses that are on, for what has nothing but the request.</summary>
internal sealed record Switches(FrozenSet<Weakness> Weak)
{
    public static bool Has(HttpContext context, Weakness weakness) => context.Features.Get<Switches>()?.Weak.Contains(weakness) == true;
}
