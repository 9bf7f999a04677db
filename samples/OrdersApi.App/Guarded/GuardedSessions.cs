using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Http;
using OrdersApi.App.Sessions;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Sessions;

namespace OrdersApi.App.Guarded;

/// <summary>Sessions and form tokens as the guard keeps them. Its gates have refused what came from elsewhere before a page is asked.</summary>
internal sealed class GuardedSessions(ISallyportSessions sessions, ICsrfTokens tokens) : IBrowserSessions
{
    public string FormToken(HttpContext context) => tokens.Issue(context);

    public async Task<IFormCollection?> ReadFormAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }

        await Problem.Write(context, StatusCodes.Status415UnsupportedMediaType, "a form is needed");
        return null;
    }

    public Task<bool> IsFromHereAsync(HttpContext context) => Task.FromResult(true);

    public Task EnterAsync(HttpContext context) => sessions.SignInAsync(context, [], context.RequestAborted);

    public Task LeaveAsync(HttpContext context) => sessions.SignOutAsync(context, context.RequestAborted);
}
