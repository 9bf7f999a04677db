using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Http;

namespace OrdersApi.App.Sessions;

/// <summary>Whether a form was sent from a page of this API: its origin says so, and its token proves it.</summary>
internal static class FormGate
{
    /// <summary>The form; null after a refusal was written.</summary>
    public static async Task<IFormCollection?> ReadAsync(HttpContext context, Shop shop, Session session)
    {
        if (!IsFromHere(context, shop) && !shop.Has(Weakness.CrossSiteForms))
        {
            await Answers.Html(context, Pages.Refused("Not from another site."), StatusCodes.Status403Forbidden);
            return null;
        }

        if (!context.Request.HasFormContentType)
        {
            await Problem.Write(context, StatusCodes.Status415UnsupportedMediaType, "a form is needed");
            return null;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var token = form[FormFields.Token] is [{ } inForm] ? inForm : context.Request.Headers[FormFields.Header].ToString();
        if (shop.Sessions.IsFormToken(session, token) || shop.Has(Weakness.CrossSiteForms) || shop.Has(Weakness.FormTokenIgnored))
        {
            return form;
        }

        await Answers.Html(context, Pages.Refused("The form is too old: load the page again."), StatusCodes.Status403Forbidden);
        return null;
    }

    /// <summary>What a browser says of where a request comes from; one that says nothing is no browser, and has the token to show.</summary>
    public static bool IsFromHere(HttpContext context, Shop shop)
    {
        var origin = context.Request.Headers.Origin;
        var site = context.Request.Headers["Sec-Fetch-Site"];
        return (origin.Count == 0 || string.Equals(origin, Own(context, shop), StringComparison.Ordinal))
            && (site.Count == 0 || site == "same-origin" || site == "none");
    }

    private static string Own(HttpContext context, Shop shop) =>
        context.Request.Host.Host == new Uri(shop.Origin()).Host ? shop.Origin() : $"{context.Request.Scheme}://{context.Request.Host}";
}
