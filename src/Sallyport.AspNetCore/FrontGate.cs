using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Transport;

namespace Sallyport.AspNetCore;

/// <summary>Asks the gates before routing in one step. It never refuses: a request that one of them has anything to say to goes through them.</summary>
internal sealed class FrontGate(TimeProvider time, ConnectionGate connections, HostGate hosts, ForwardingGate forwarding, RequestDelegate next, RequestDelegate gates)
{
    /// <summary>Adds it before the gates, and the outermost gate before it.</summary>
    public static void Use(IApplicationBuilder app, Action<IApplicationBuilder> gates)
    {
        IServiceProvider services = app.ApplicationServices;
        AuditGate audit = services.GetRequiredService<AuditGate>();
        ShortWay.Add(app, gates, (next, through) =>
        {
            Func<HttpContext, GuardedRequest, Task> ask = new FrontGate(
                services.GetRequiredService<TimeProvider>(),
                services.GetRequiredService<ConnectionGate>(),
                services.GetRequiredService<HostGate>(),
                services.GetRequiredService<ForwardingGate>(),
                next,
                through).InvokeAsync;
            return context => audit.InvokeAsync(context, ask);
        });
    }

    private Task InvokeAsync(HttpContext context, GuardedRequest request)
    {
        DateTimeOffset now = time.GetUtcNow();

        // By type: the generic way takes several times as long in the server's collection.
        if (context.Features[typeof(IGuardedConnectionFeature)] is not IGuardedConnectionFeature { Connection: var connection }
            || connections.Refusal(connection, now) is not null
            || !hosts.IsRight(context, connection)
            || forwarding.IsFromProxy(connection))
        {
            return gates(context);
        }

        forwarding.Strip(context);
        request.LetBy(connection, now);
        return next(context);
    }
}
