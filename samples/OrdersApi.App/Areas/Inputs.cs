using System;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Http;

namespace OrdersApi.App.Areas;

/// <summary>What stands in the path and the query.</summary>
internal static class Inputs
{
    public static string Route(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    /// <summary>A number in the path; -1 for what is none.</summary>
    public static long Number(HttpContext context, string name) => Switches.Has(context, Weakness.TalkativeErrors)
        ? long.Parse(Route(context, name), CultureInfo.InvariantCulture)
        : long.TryParse(Route(context, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    /// <summary>A number in the query, between bounds; the default without one, null when it is given and wrong.</summary>
    public static int? Query(HttpContext context, string name, int least, int most, int otherwise)
    {
        var given = context.Request.Query[name];
        if (given.Count == 0)
        {
            return otherwise;
        }

        if (Switches.Has(context, Weakness.TalkativeErrors))
        {
            _ = int.Parse(given.ToString(), CultureInfo.InvariantCulture);
        }

        if (Switches.Has(context, Weakness.LooseInput))
        {
            return int.TryParse(given.ToString(), CultureInfo.InvariantCulture, out var any) ? Math.Clamp(any, least, most) : otherwise;
        }

        return given is [{ } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && (number <= most || Switches.Has(context, Weakness.NoCaps))
            ? number
            : null;
    }
}
