using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Tests.Authorization;

public sealed class RouteAuditTests : IDisposable
{
    private readonly GateLab _lab = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-routes-");

    private string File => Path.Combine(_folder.FullName, "sallyport-routes.json");

    [Fact]
    public async Task An_application_with_routes_that_nobody_has_thought_about_does_not_start_and_names_all_of_them()
    {
        await using var host = new RoutedHost(
            app =>
            {
                app.MapGet("/forgotten", () => "ok");
                app.MapPost("/open", () => "ok").AllowAnonymous();
                app.MapGet("/both", () => "ok").RequireClientCertificate().AllowWithoutClientCertificate("liveness");
                app.MapGet("/role-and-open", () => "ok").RequireClientCertificate("admins").AllowAnonymous();
                app.MapGet("/notes/{key}", () => "ok").RequireResource<Note>("id", Operations.Read);
                app.MapGet("/fine", () => "ok").RequireClientCertificate();
                app.MapGroup("/inner").MapGroup("/deep").MapGet("/forgotten", () => "ok");
            },
            _lab,
            options => options.Routes.File = File,
            withNotes: false);
        var message = (await Should.ThrowAsync<InvalidOperationException>(host.StartAsync)).Message;
        message.ShouldContain("GET /forgotten has neither a policy nor a written reason");
        message.ShouldContain("GET /inner/deep/forgotten has neither");
        message.ShouldContain("POST /open is open to anonymous callers without a written reason");
        message.ShouldContain("GET /both has both a policy and a reason");
        message.ShouldContain("GET /role-and-open is open to anonymous");
        message.ShouldContain("GET /notes/{key} requires a resource by the route parameter id");
        message.ShouldContain("no IResourcePolicy<Note> is registered");
        message.ShouldContain("no IResourceSource<Note> is registered");
        message.ShouldContain("8 fault(s)");
        message.ShouldNotContain("/fine");
        Directory.EnumerateFiles(_folder.FullName).ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_listens_when_the_audit_fails()
    {
        await using var host = new RoutedHost(app => app.MapGet("/forgotten", () => "ok"), _lab);
        await Should.ThrowAsync<InvalidOperationException>(host.StartAsync);
        await Should.ThrowAsync<Exception>(() => host.StatusAsync("/forgotten"));
    }

    [Fact]
    public async Task The_table_of_routes_is_written_and_the_same_routes_make_the_same_table()
    {
        await using (var host = new RoutedHost(Map, _lab, options => options.Routes.File = File))
        {
            await host.StartAsync();
        }

        var written = await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken);
        written.ReplaceLineEndings("\n").ShouldBe("""
            {
              "version": 1,
              "routes": [
                {
                  "route": "/health",
                  "methods": [
                    "GET"
                  ],
                  "account": false,
                  "roles": [],
                  "tokenScopes": [],
                  "resources": [],
                  "policies": [],
                  "reason": "for the \"balancer\""
                },
                {
                  "route": "/notes/{id}",
                  "methods": [
                    "GET",
                    "HEAD"
                  ],
                  "account": true,
                  "roles": [
                    "partners"
                  ],
                  "tokenScopes": [
                    "read"
                  ],
                  "resources": [
                    "Note:id:read"
                  ],
                  "policies": [],
                  "reason": null
                },
                {
                  "route": "/own",
                  "methods": [
                    "GET"
                  ],
                  "account": true,
                  "roles": [],
                  "tokenScopes": [],
                  "resources": [],
                  "policies": [
                    "(default policy)",
                    "roles b,c"
                  ],
                  "reason": null
                }
              ]
            }

            """);
        await using (var again = new RoutedHost(app => { MapRest(app); MapNotes(app); }, _lab, options => options.Routes.File = File))
        {
            await again.StartAsync();
            again.Services.GetRequiredService<IRouteTable>().ToJson().ShouldBe(written);
            again.Services.GetRequiredService<IRouteTable>().Routes.Select(route => route.Route).ShouldBe(["/health", "/notes/{id}", "/own"]);
        }

        (await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)).ShouldBe(written);
        Directory.EnumerateFiles(_folder.FullName).ShouldBe([File]);
    }

    [Fact]
    public async Task An_endpoint_that_comes_later_without_a_policy_is_refused_and_one_with_a_policy_is_in_the_table()
    {
        var later = new Later();
        await using var host = new RoutedHost(
            app =>
            {
                app.MapGet("/fine", () => "ok").RequireClientCertificate();
                ((IEndpointRouteBuilder)app).DataSources.Add(later);
            },
            _lab,
            options => options.Routes.File = File)
        {
            Callers = [_lab.Caller("alice")],
        };
        await host.StartAsync();
        (await host.StatusAsync("/later", "caller: alice")).ShouldBe(404);

        later.Add("/later");
        later.Add("/anonymous", new AllowAnonymousAttribute());
        later.Add("/thought-about", new RequireClientCertificateAttribute());
        (await host.StatusAsync("/later", "caller: alice")).ShouldBe(403);
        (await host.StatusAsync("/anonymous", "caller: alice")).ShouldBe(403);
        (await host.StatusAsync("/anonymous")).ShouldBe(403);
        (await host.StatusAsync("/thought-about", "caller: alice")).ShouldBe(200);
        _lab.Audit.Events.Count(happened => happened.Detail?.Contains("without a written reason", StringComparison.Ordinal) == true).ShouldBe(2);
        (await System.IO.File.ReadAllTextAsync(File, TestContext.Current.CancellationToken)).ShouldContain("/thought-about");
    }

    [Fact]
    public async Task A_table_that_cannot_be_written_keeps_the_application_from_starting()
    {
        await using var host = new RoutedHost(Map, _lab, options => options.Routes.File = Path.Combine(_folder.FullName, "none", "routes.json"));
        await Should.ThrowAsync<IOException>(host.StartAsync);
    }

    [Fact]
    public async Task What_no_endpoint_stands_for_is_not_served_whatever_comes_behind()
    {
        await using var host = new RoutedHost(
            app =>
            {
                app.MapGet("/fine", () => "ok").RequireClientCertificate();
                app.Use((context, next) => context.Request.Path == "/file" ? context.Response.WriteAsync("a file") : next(context));
            },
            _lab)
        {
            Callers = [_lab.Caller("alice")],
        };
        await host.StartAsync();
        (await host.StatusAsync("/file", "caller: alice")).ShouldBe(404);
    }

    public void Dispose()
    {
        _lab.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void Map(WebApplication app)
    {
        MapNotes(app);
        MapRest(app);
    }

    private static void MapNotes(WebApplication app) => app.MapMethods("/notes/{id}", ["HEAD", "GET"], (string id) => id)
        .RequireClientCertificate("partners").RequireBoundToken("read").RequireResource<Note>("id", Operations.Read);

    private static void MapRest(WebApplication app)
    {
        app.MapGet("/own", () => "ok").RequireAuthorization().RequireAuthorization(new AuthorizeAttribute { Roles = "b,c" });
        app.MapGet("/health", () => "ok").AllowWithoutClientCertificate("for the \"balancer\"");
    }

    /// <summary>Endpoints that come while the application runs.</summary>
    private sealed class Later : EndpointDataSource, IDisposable
    {
        private readonly List<Endpoint> _endpoints = [];
        private CancellationTokenSource _changed = new();

        public override IReadOnlyList<Endpoint> Endpoints => [.. _endpoints];

        public override IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

        public void Add(string route, params object[] metadata)
        {
            _endpoints.Add(new RouteEndpoint(
                context => context.Response.WriteAsync("ok"), RoutePatternFactory.Parse(route), 0, new EndpointMetadataCollection(metadata), route));
            using var before = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
            before.Cancel();
        }

        public void Dispose() => _changed.Dispose();
    }
}
