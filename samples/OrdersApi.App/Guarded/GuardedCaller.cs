using System.Collections.Frozen;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Http;
using OrdersApi.App.Tokens;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;

namespace OrdersApi.App.Guarded;

/// <summary>Tells the areas who is asking, in their own words, by what the guard has proved.</summary>
internal sealed class GuardedCaller(AccountDirectory accounts)
{
    /// <summary>Runs after every gate of the guard.</summary>
    public async Task TellAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<ICallerFeature>() is { } proved && accounts.Find(proved.Identity.Name) is { } account)
        {
            context.Features.Set(new Caller { Account = account, Token = TokenOf(context) });
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<Guard>()?.Kind == GuardKind.Session && context.Features.Get<IBoundSessionFeature>() is null)
        {
            await (HttpMethods.IsGet(context.Request.Method)
                ? Answers.SeeOther(context, "/login")
                : Problem.Write(context, StatusCodes.Status401Unauthorized, "log in first"));
            return;
        }

        await next(context);
    }

    private static AccessToken? TokenOf(HttpContext context) =>
        context.Features.Get<ITokenFeature>() is { Subject: { } subject, JwtId: { } id } token
            ? new AccessToken(subject, token.Scopes.ToFrozenSet(), null, id, token.ExpiresAt)
            : null;
}
