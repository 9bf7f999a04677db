using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Connections;
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
    /// In this order: the connection still counts; SNI is the host; forwarded certificates; routing; authentication; cross-site
    /// requests; authorization.
    /// </remarks>
    public static IApplicationBuilder UseSallyport(this IApplicationBuilder app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.ApplicationServices;
        var marks = services.GetService<EndpointMarks>() ?? throw new InvalidOperationException("Call builder.AddSallyport(…) before app.UseSallyport().");
        marks.HasPipeline = true;
        Gate(app, services.GetRequiredService<ConnectionGate>().InvokeAsync);
        Gate(app, services.GetRequiredService<HostGate>().InvokeAsync);
        app.UseRouting();
        if (services.GetService<IAuthenticationSchemeProvider>() is not null)
        {
            app.UseAuthentication();
        }

        if (services.GetService<IAuthorizationHandlerProvider>() is not null)
        {
            app.UseAuthorization();
        }

        return app;
    }

    private static void Gate(IApplicationBuilder app, Func<HttpContext, RequestDelegate, Task> gate) => app.Use(gate);
}
