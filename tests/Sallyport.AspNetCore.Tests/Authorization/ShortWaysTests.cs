using System;
using System.Net;
using System.Net.Http;
using System.Security.Claims;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Authorization;

/// <summary>The guard's short ways through authentication and authorization let nobody by whom the framework's, with what an application added to it, would stop.</summary>
public sealed class ShortWaysTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);

    public void Dispose() => _pki.Dispose();

    [Fact]
    public async Task An_application_that_added_nothing_goes_the_short_ways_and_only_the_right_ones_pass()
    {
        await using GuardedHost host = await StartAsync(_ => { });
        CallerGate.IsOrdinary(host.Services).ShouldBeTrue();
        AccountGate.IsOrdinary(host.Services).ShouldBeTrue();
        (await AskAsync(host, _pki.Alice, "/clerks")).ShouldBe((HttpStatusCode.OK, "alice False"));
        (await AskAsync(host, _pki.Bob, "/clerks")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(host, _pki.Root, "/clerks")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync(host, _pki.Alice, "/both")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(host, _pki.Alice, "/own")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(host, _pki.Bob, "/own")).ShouldBe((HttpStatusCode.OK, "bob False"));
    }

    [Fact]
    public async Task A_handler_of_the_application_still_says_no()
    {
        await using GuardedHost host = await StartAsync(services => services.AddSingleton<IAuthorizationHandler, Veto>());
        AccountGate.IsOrdinary(host.Services).ShouldBeFalse();
        (await AskAsync(host, _pki.Alice, "/clerks")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_service_that_replaces_the_frameworks_is_asked()
    {
        await using GuardedHost host = await StartAsync(services => services.AddTransient<IAuthorizationService, Nobody>());
        AccountGate.IsOrdinary(host.Services).ShouldBeFalse();
        (await AskAsync(host, _pki.Alice, "/clerks")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_transformation_of_claims_runs()
    {
        await using GuardedHost host = await StartAsync(services => services.AddTransient<IClaimsTransformation, Marked>());
        CallerGate.IsOrdinary(host.Services).ShouldBeFalse();
        (await AskAsync(host, _pki.Alice, "/clerks")).ShouldBe((HttpStatusCode.OK, "alice True"));
    }

    [Fact]
    public async Task A_scheme_that_answers_requests_answers_them()
    {
        await using GuardedHost host = await StartAsync(services => services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, Callback>("callback", null));
        CallerGate.IsOrdinary(host.Services).ShouldBeTrue(); // schemes come and go: they are looked at with each request
        (await AskAsync(host, _pki.Alice, "/signin")).ShouldBe((HttpStatusCode.Accepted, ""));
        (await AskAsync(host, _pki.Alice, "/clerks")).ShouldBe((HttpStatusCode.OK, "alice False"));
    }

    [Fact]
    public async Task What_can_be_made_within_a_request_only_is_not_taken_for_the_frameworks()
    {
        await using GuardedHost host = await StartAsync(services =>
            services.AddTransient<IClaimsTransformation>(provider => new Marked(provider.GetRequiredService<IHttpContextAccessor>().HttpContext ?? throw new InvalidOperationException("No request."))));
        CallerGate.IsOrdinary(host.Services).ShouldBeFalse();
        (await AskAsync(host, _pki.Alice, "/clerks")).ShouldBe((HttpStatusCode.OK, "alice True"));
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(GuardedHost host, LabIdentity identity, string path)
    {
        using HttpResponseMessage answer = await host.Client(identity).GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        string body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (answer.StatusCode, answer.IsSuccessStatusCode ? body : "");
    }

    private Task<GuardedHost> StartAsync(Action<IServiceCollection> services)
    {
        var store = new InMemoryIdentityStore();
        store.Add(Known(_pki.Alice, "clerk"));
        store.Add(Known(_pki.Bob, "auditor"));
        return GuardedHost.StartAsync(_pki, new GuardedPlan
        {
            Services = all =>
            {
                all.AddSallyportIdentityStore(store);
                all.AddHttpContextAccessor();
                services(all);
            },
            App = app =>
            {
                Func<HttpContext, string> who = context => $"{context.User.Identity?.Name} {context.User.HasClaim("marked", "yes")}";
                app.MapGet("/clerks", who).RequireClientCertificate("clerk");
                app.MapGet("/both", who).RequireClientCertificate("clerk").RequireClientCertificate("auditor");
                app.MapGet("/own", who).RequireClientCertificate().RequireAuthorization(policy => policy.RequireRole("auditor"));
            },
        });
    }

    private static CertificateIdentity Known(LabIdentity identity, string role) => new()
    {
        Name = identity.Name,
        Roles = [role],
        Matches = [new CertificateMatch.Sha256(CertificateThumbprint.Of(identity.Certificate))],
    };

    private sealed class Veto : IAuthorizationHandler
    {
        public Task HandleAsync(AuthorizationHandlerContext context)
        {
            context.Fail();
            return Task.CompletedTask;
        }
    }

    private sealed class Nobody : IAuthorizationService
    {
        public Task<AuthorizationResult> AuthorizeAsync(ClaimsPrincipal user, object? resource, System.Collections.Generic.IEnumerable<IAuthorizationRequirement> requirements) =>
            Task.FromResult(AuthorizationResult.Failed());

        public Task<AuthorizationResult> AuthorizeAsync(ClaimsPrincipal user, object? resource, string policyName) => Task.FromResult(AuthorizationResult.Failed());
    }

    private sealed class Marked(HttpContext? made = null) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
        {
            _ = made;
            principal.AddIdentity(new ClaimsIdentity([new Claim("marked", "yes")]));
            return Task.FromResult(principal);
        }
    }

    private sealed class Callback(
        Microsoft.Extensions.Options.IOptionsMonitor<AuthenticationSchemeOptions> options, Microsoft.Extensions.Logging.ILoggerFactory logger, System.Text.Encodings.Web.UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder), IAuthenticationRequestHandler
    {
        public Task<bool> HandleRequestAsync()
        {
            bool isOurs = Context.Request.Path == "/signin";
            Context.Response.StatusCode = isOurs ? StatusCodes.Status202Accepted : StatusCodes.Status200OK;
            return Task.FromResult(isOurs);
        }

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
    }
}
