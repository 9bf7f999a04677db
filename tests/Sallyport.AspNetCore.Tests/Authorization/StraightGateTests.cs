using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Authorization;

/// <summary>The commonest request is asked everything at once; what an endpoint finds, and who is refused, is what the gates one by one leave and refuse.</summary>
public sealed class StraightGateTests : IDisposable
{
    private const string Straight = nameof(CallerUser);
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly TaskCompletionSource<Func<HttpContext?>> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _pki.Dispose();

    [Fact]
    public async Task What_an_endpoint_finds_is_the_same_both_ways()
    {
        await using GuardedHost host = await StartAsync();
        (_, string straight) = await AskAsync(host, "/found");
        (_, string gates) = await AskAsync(host, "/found", ("Cookie", "theme=dark"));
        straight.ShouldBe($"{Straight}: alice clerk alice True True 1");
        gates.ShouldBe($"{nameof(HttpAuthenticationFeature)}: alice clerk alice True True 1");
    }

    [Fact]
    public async Task Everything_out_of_the_common_goes_through_the_gates()
    {
        await using GuardedHost host = await StartAsync();
        (await AskAsync(host, "/way")).Body.ShouldBe(Straight);
        (await AskAsync(host, "/way", ("Cookie", "theme=dark"))).Body.ShouldNotBe(Straight);
        (await AskAsync(host, "/way", ("Upgrade", "websocket"))).Body.ShouldNotBe(Straight);
        (await AskAsync(host, "/way", ("Authorization", "Bearer x"))).Body.ShouldNotBe(Straight);
        (await AskAsync(host, "/open")).Body.ShouldNotBe(Straight);
        (await AskAsync(host, "/auditors")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AskAsync(host, "/token")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task What_a_connection_asked_for_last_lets_it_into_nothing_else()
    {
        await using GuardedHost host = await StartAsync();
        HttpClient client = host.Client(_pki.Alice);
        foreach ((string path, HttpStatusCode status) in new[]
        {
            ("/way", HttpStatusCode.OK), ("/auditors", HttpStatusCode.Forbidden), ("/way", HttpStatusCode.OK), ("/token", HttpStatusCode.Unauthorized), ("/way", HttpStatusCode.OK),
        })
        {
            using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(status, path);
        }
    }

    [Theory]
    [InlineData("theme=light", "")]
    [InlineData("", Straight)]
    public async Task What_is_thrown_ends_the_request_and_a_refusal_becomes_an_answer(string cookie, string way)
    {
        await using GuardedHost host = await StartAsync();
        (string, string)[] headers = cookie.Length > 0 ? [("Cookie", cookie)] : [];
        (await AskAsync(host, "/way", headers)).Body.Contains(Straight, StringComparison.Ordinal).ShouldBe(way.Length > 0);
        (await AskAsync(host, "/refuses?as=NotAllowed", headers)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AskAsync(host, "/refuses?as=Changed", headers)).Status.ShouldBe(HttpStatusCode.Conflict);
        (await AskAsync(host, "/fails", headers)).Status.ShouldBe(HttpStatusCode.InternalServerError);
        (await AskAsync(host, "/during", headers)).Body.ShouldBe("1");
    }

    [Fact]
    public async Task A_header_that_names_somebody_is_taken_away()
    {
        await using GuardedHost host = await StartAsync();
        (await AskAsync(host, "/headers", ("X-Forwarded-User", "bob"), ("x_http_method_override", "DELETE"), ("X-Other", "stays"))).Body.ShouldBe("Host X-Other");
    }

    [Fact]
    public async Task A_scheme_that_comes_is_asked_and_one_that_goes_is_not()
    {
        await using GuardedHost host = await StartAsync();
        var schemes = host.Services.GetRequiredService<IAuthenticationSchemeProvider>();
        (await AskAsync(host, "/way")).Body.ShouldBe(Straight);
        schemes.AddScheme(new AuthenticationScheme("callback", null, typeof(Teapot)));
        (await AskAsync(host, "/way")).Status.ShouldBe(HttpStatusCode.Accepted);
        schemes.RemoveScheme("callback");
        (await AskAsync(host, "/way")).Body.ShouldBe(Straight);
        schemes.RemoveScheme(SallyportDefaults.Scheme);
        CountedSchemes.IsCertificateAlone(schemes).ShouldBeFalse();
    }

    [Fact]
    public async Task A_provider_of_the_application_stays_and_is_asked_every_time()
    {
        await using GuardedHost host = await StartAsync(static services => services.AddSingleton<IAuthenticationSchemeProvider, Own>());
        var own = host.Services.GetRequiredService<IAuthenticationSchemeProvider>().ShouldBeOfType<Own>();
        await AskAsync(host, "/way");
        int before = own.Asked;
        await AskAsync(host, "/way");
        own.Asked.ShouldBeGreaterThan(before);
    }

    [Fact]
    public async Task The_current_request_is_nobodys_once_it_is_over()
    {
        await using GuardedHost host = await StartAsync();
        HttpClient client = host.Client(_pki.Alice);
        (await client.GetStringAsync(new Uri("/leaves", UriKind.Relative), TestContext.Current.CancellationToken)).ShouldBe("true");
        Func<HttpContext?> later = await _left.Task.WaitAsync(TestContext.Current.CancellationToken);

        // Another on the same connection: the server reads it when it is done with the first.
        (await client.GetStringAsync(new Uri("/during", UriKind.Relative), TestContext.Current.CancellationToken)).ShouldBe(host.Connections.Count == 1 ? "1" : "");
        later().ShouldBeNull();
        host.Services.GetRequiredService<CurrentRequest>().Context.ShouldBeNull();
    }

    [Fact]
    public void The_items_of_an_authorized_request_are_a_dictionary_like_any_other()
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IItemsFeature>(null);
        AuthorizedItems.Mark(context);
        IDictionary<object, object?> items = context.Items;
        object key = items.ShouldHaveSingleItem().Key;
        items.ContainsKey(key).ShouldBeTrue();
        items.ContainsKey("other").ShouldBeFalse();
        items["other"].ShouldBeNull();
        new Dictionary<object, object?>(items).Count.ShouldBe(1);
        items["other"] = 1;
        items.Add("third", null);
        items.Keys.ShouldBe([key, "other", "third"], ignoreOrder: true);
        items.Values.Count.ShouldBe(3);
        items.Contains(new("other", 1)).ShouldBeTrue();
        items.Remove(new KeyValuePair<object, object?>("other", 2)).ShouldBeFalse();
        items.Remove("other").ShouldBeTrue();
        items.ToList().Count.ShouldBe(2);
        var copy = new KeyValuePair<object, object?>[2];
        items.CopyTo(copy, 0);
        copy.Select(static one => one.Key).ShouldBe([key, "third"], ignoreOrder: true);
        items.Clear();
        items.ContainsKey(key).ShouldBeFalse();
        AuthorizedItems.Mark(context);
        items.ContainsKey(key).ShouldBeTrue();
    }

    private static async Task<(HttpStatusCode Status, string Body)> AskAsync(GuardedHost host, HttpRequestMessage request, LabPki pki)
    {
        using HttpResponseMessage answer = await host.Client(pki.Alice).SendAsync(request, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private async Task<(HttpStatusCode Status, string Body)> AskAsync(GuardedHost host, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await AskAsync(host, request, _pki);
    }

    private Task<GuardedHost> StartAsync(Action<IServiceCollection>? services = null)
    {
        var store = new InMemoryIdentityStore();
        store.Add(new CertificateIdentity
        {
            Name = "alice",
            Roles = ["clerk"],
            Matches = [new CertificateMatch.Sha256(CertificateThumbprint.Of(_pki.Alice.Certificate))],
        });
        return GuardedHost.StartAsync(_pki, new GuardedPlan
        {
            Services = all =>
            {
                all.AddSallyportIdentityStore(store);
                services?.Invoke(all);
            },
            App = Map,
        });
    }

    private void Map(WebApplication app)
    {
        app.MapGet("/found", static (HttpContext context) => string.Join(
            ' ',
            Way(context) + ":",
            context.User.Identity?.Name,
            context.User.IsInRole("clerk") ? "clerk" : "",
            context.Features.Get<ICallerFeature>()?.Identity.Name,
            context.Features.Get<ITlsTokenBindingFeature>()?.GetProvidedTokenBindingId().Length == 32,
            ReferenceEquals(context.User, context.User),
            context.Items.Count)).RequireClientCertificate("clerk");
        app.MapGet("/way", Way).RequireClientCertificate("clerk");
        app.MapGet("/open", Way).AllowWithoutClientCertificate("a test of what is open");
        app.MapGet("/auditors", Way).RequireClientCertificate("auditor");
        app.MapGet("/token", Way).RequireBoundToken("read");
        app.MapGet("/headers", static (HttpContext context) => string.Join(' ', context.Request.Headers.Keys)).RequireClientCertificate();
        app.MapGet("/refuses", static Task (string @as) => throw new InvalidOperationException("wrapped", new UseRefusedException(Enum.Parse<UseRefusal>(@as), "a test"))).RequireClientCertificate();
        app.MapGet("/fails", static Task () => throw new InvalidOperationException("a test")).RequireClientCertificate();
        app.MapGet("/during", static (OpenRequests open) => open.Count).RequireClientCertificate();
        app.MapGet("/leaves", (HttpContext context, CurrentRequest current) =>
        {
            bool isIt = ReferenceEquals(current.Context, context);
            System.Threading.ExecutionContext? began = System.Threading.ExecutionContext.Capture();
            _left.SetResult(() =>
            {
                HttpContext? seen = null;
                System.Threading.ExecutionContext.Run(began.ShouldNotBeNull(), _ => seen = current.Context, null);
                return seen;
            });
            return isIt;
        }).RequireClientCertificate();
    }

    private static string Way(HttpContext context) => context.Features.Get<IHttpAuthenticationFeature>()?.GetType().Name ?? "nobody's";

    private sealed class Own(Microsoft.Extensions.Options.IOptions<AuthenticationOptions> options) : AuthenticationSchemeProvider(options)
    {
        public int Asked { get; private set; }

        public override Task<IEnumerable<AuthenticationScheme>> GetRequestHandlerSchemesAsync()
        {
            Asked++;
            return base.GetRequestHandlerSchemesAsync();
        }
    }

    private sealed class Teapot : IAuthenticationRequestHandler
    {
        private HttpContext? _context;

        public Task InitializeAsync(AuthenticationScheme scheme, HttpContext context)
        {
            _context = context;
            return Task.CompletedTask;
        }

        public Task<bool> HandleRequestAsync()
        {
            _context.ShouldNotBeNull().Response.StatusCode = StatusCodes.Status202Accepted;
            return Task.FromResult(true);
        }

        public Task<AuthenticateResult> AuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());

        public Task ChallengeAsync(AuthenticationProperties? properties) => Task.CompletedTask;

        public Task ForbidAsync(AuthenticationProperties? properties) => Task.CompletedTask;
    }
}
