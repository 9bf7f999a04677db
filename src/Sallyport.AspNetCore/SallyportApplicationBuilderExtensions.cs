using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.AspNetCore.Transport;

namespace Sallyport.AspNetCore;

/// <summary>Puts the request gates in place.</summary>
public static class SallyportApplicationBuilderExtensions
{
    /// <summary>Adds every gate of a request, in the one order that is right, routing included. Call it before anything else of the pipeline.</summary>
    /// <param name="app">An application that called <c>AddSallyport</c>.</param>
    /// <returns><paramref name="app"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="app"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The application did not call <c>AddSallyport</c>.</exception>
    /// <remarks>
    /// In this order: what cannot be recorded is not served; the connection still counts; SNI is the host; forwarded certificates;
    /// routing; whose certificate it is; locked accounts; the token; the session; cross-site requests; a policy for every route; that
    /// policy; the record of what was let through; and, for as long as the request lasts, that it still would be. A request that all of
    /// them have nothing to say to is asked all of it at once.
    /// </remarks>
    public static IApplicationBuilder UseSallyport(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ApplicationServices;
        var marks = services.GetService<EndpointMarks>() ?? throw new InvalidOperationException("Call builder.AddSallyport(…) before app.UseSallyport().");
        marks.HasPipeline = true;
        FrontGate.Use(app, static gates =>
        {
            Gate(gates, gates.ApplicationServices.GetRequiredService<ConnectionGate>().InvokeAsync);
            Gate(gates, gates.ApplicationServices.GetRequiredService<HostGate>().InvokeAsync);
            Gate(gates, gates.ApplicationServices.GetRequiredService<ForwardingGate>().InvokeAsync);
        });
        app.UseRouting();
        StraightGate.Use(app, UseCallerGates);
        return app;
    }

    private static void UseCallerGates(IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        CallerGate.Use(app);
        Gate(app, services.GetRequiredService<LockoutGate>().InvokeAsync);
        Gate(app, services.GetRequiredService<TokenGate>().InvokeAsync);
        Gate(app, services.GetRequiredService<SessionGate>().InvokeAsync);
        Gate(app, services.GetRequiredService<CsrfGate>().InvokeAsync);
        Gate(app, services.GetRequiredService<AuthorizationGate>().InvokeAsync);
        AccountGate.Use(app);
        Gate(app, services.GetRequiredService<AcceptedGate>().InvokeAsync);
        Gate(app, services.GetRequiredService<OpenRequestGate>().InvokeAsync);
    }

    private static void Gate(IApplicationBuilder app, Func<HttpContext, RequestDelegate, Task> gate) => app.Use(gate);
}
