using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Sallyport.AspNetCore;

/// <summary>Puts a gate before a middleware of the framework which it may pass by.</summary>
internal static class ShortWay
{
    /// <summary>Adds both; the gate is given what lies beyond the middleware, and the middleware itself.</summary>
    /// <param name="app">The pipeline.</param>
    /// <param name="framework">Adds the framework's middleware.</param>
    /// <param name="gate">Makes the gate.</param>
    public static void Add(IApplicationBuilder app, Action<IApplicationBuilder> framework, Func<RequestDelegate, RequestDelegate, RequestDelegate> gate)
    {
        // A pipeline is built from its end: what lies beyond the middleware is known when the gate before it is made.
        RequestDelegate? beyond = null;
        app.Use(through => gate(beyond ?? throw new InvalidOperationException("The pipeline was not built from its end."), through));
        framework(app);
        app.Use(next => beyond = next);
    }

    /// <summary>Asks the services of a scope, as a request would have them.</summary>
    /// <returns>What the question found; false where something can only be made within a request, which is then the application's.</returns>
    public static bool IsSo(IServiceProvider services, Func<IServiceProvider, bool> question)
    {
        using IServiceScope scope = services.CreateScope();
        try
        {
            return question(scope.ServiceProvider);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }
}
