using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Http;

namespace OrdersApi.App.Sessions;

/// <summary>Sessions of this API's own, with all that may be wrong with them.</summary>
internal sealed class OwnSessions(Shop shop) : IBrowserSessions
{
    public string FormToken(HttpContext context)
    {
        var session = Caller.Of(context).Session ?? Shown(context);
        if (session is null)
        {
            session = shop.Sessions.Begin(null, Thumbprint(context));
            SessionCookie.Set(context, session, shop.Weak);
        }

        return shop.Sessions.FormToken(session);
    }

    public async Task<IFormCollection?> ReadFormAsync(HttpContext context)
    {
        if ((Caller.Of(context).Session ?? Shown(context)) is { } session)
        {
            return await FormGate.ReadAsync(context, shop, session);
        }

        await Answers.Html(context, Pages.Refused("Load the login page first."), StatusCodes.Status403Forbidden);
        return null;
    }

    public async Task<bool> IsFromHereAsync(HttpContext context)
    {
        if (FormGate.IsFromHere(context, shop))
        {
            return true;
        }

        await Problem.Write(context, StatusCodes.Status403Forbidden, "not from another site");
        return false;
    }

    public Task EnterAsync(HttpContext context)
    {
        var name = Caller.Of(context).Name;
        var before = Shown(context);
        Session session;
        if (before is not null && shop.Has(Weakness.FixedSession))
        {
            session = before with { Account = name, Thumbprint = Thumbprint(context) };
            shop.Sessions.Keep(session);
        }
        else
        {
            if (before is not null)
            {
                shop.Sessions.End(before.Id);
            }

            session = shop.Sessions.Begin(name, Thumbprint(context));
            SessionCookie.Set(context, session, shop.Weak);
        }

        context.Features.Set(Caller.Of(context) with { Session = session });
        return Task.CompletedTask;
    }

    public Task LeaveAsync(HttpContext context)
    {
        if (Caller.Of(context).Session is { } session && !shop.Has(Weakness.SessionOutlivesLogout))
        {
            shop.Sessions.End(session.Id);
        }

        SessionCookie.Clear(context, shop.Weak);
        return Task.CompletedTask;
    }

    private Session? Shown(HttpContext context) => shop.Sessions.Find(SessionCookie.Of(context, shop.Weak));

    private static string? Thumbprint(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate ? CallerGate.Thumbprint(certificate) : null;
}
