using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Connections;

/// <summary>The last gate of a request: keeps it in mind for as long as it is under way.</summary>
internal sealed class OpenRequestGate(OpenRequests requests)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.Features.Get<ICallerFeature>() is { } caller ? KeepAsync(context, caller, next) : next(context);

    private async Task KeepAsync(HttpContext context, ICallerFeature caller, RequestDelegate next)
    {
        using (requests.Enter(context, caller))
        {
            await next(context);
        }
    }
}
