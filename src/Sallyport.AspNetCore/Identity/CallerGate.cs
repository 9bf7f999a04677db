using System;
using System.Linq;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Says for each request whose certificate it is, as the framework's authentication would, without its handlers, tickets and results.</summary>
/// <remarks>Where the application has added anything to authentication (a transformation, another service, a scheme that answers requests, another default), the framework's runs instead.</remarks>
internal sealed class CallerGate(IAuthenticationSchemeProvider schemes, CertificateAuthenticator authenticator, RequestDelegate next, RequestDelegate framework)
{
    /// <summary>Adds it; in place of <c>UseAuthentication</c>.</summary>
    public static void Use(IApplicationBuilder app)
    {
        IServiceProvider services = app.ApplicationServices;
        if (!IsOrdinary(services))
        {
            app.UseAuthentication();
            return;
        }

        ShortWay.Add(
            app,
            static pipeline => pipeline.UseAuthentication(),
            (next, framework) => new CallerGate(
                services.GetRequiredService<IAuthenticationSchemeProvider>(), services.GetRequiredService<CertificateAuthenticator>(), next, framework).InvokeAsync);
    }

    /// <summary>Whether authentication is what the framework made it.</summary>
    public static bool IsOrdinary(IServiceProvider services) => ShortWay.IsSo(
        services,
        static scoped => scoped.GetRequiredService<IAuthenticationService>().GetType().Assembly == typeof(AuthenticationService).Assembly
            && scoped.GetServices<IClaimsTransformation>().All(static one => one is NoopClaimsTransformation));

    private Task InvokeAsync(HttpContext context)
    {
        // That may change while the host runs.
        if (!CountedSchemes.IsCertificateAlone(schemes))
        {
            return framework(context);
        }

        CallerFact? caller = authenticator.Authenticate(context.Features).Caller;
        context.Features.Set<ICallerFeature>(caller);
        if (caller is not null)
        {
            context.User = new ClaimsPrincipal(caller.Claims);
        }

        return next(context);
    }
}
