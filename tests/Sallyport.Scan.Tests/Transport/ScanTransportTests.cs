using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Transport;

public sealed class ScanTransportTests(CheckLab lab)
{
    private const string Token = "token-of-alice-0123456789";

    [Fact]
    public async Task A_hostile_redirect_and_a_hostile_link_take_no_credential_anywhere()
    {
        ConcurrentBag<string> stolen = [];
        await using HandlerServer thief = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            stolen.Add(context.Request.Headers.Authorization.ToString() + context.Connection.ClientCertificate?.Subject);
            return Task.CompletedTask;
        });
        await using HandlerServer target = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            context.Response.Redirect($"https://localhost:{thief.Endpoint.Port}/login", permanent: false, preserveMethod: true);
            context.Response.Headers.Link = $"<https://localhost:{thief.Endpoint.Port}/>; rel=preload";
            return Task.CompletedTask;
        });
        ScanRequest request = WithToken(target.Endpoint);
        using ScanTransport transport = new(request, TimeProvider.System);

        Exchange exchange = await transport.ExchangeAsync(Get(request, "/profiles/alice"), Cancel);

        exchange.Status.ShouldBe(307);
        stolen.ShouldBeEmpty();
        TargetUrl.TryParse($"https://localhost:{thief.Endpoint.Port}", out TargetUrl? elsewhere, out _).ShouldBeTrue();
        ProbeRefusedException refused = await Should.ThrowAsync<ProbeRefusedException>(
            () => transport.ExchangeAsync(Get(request, "/") with { Route = Route.To(elsewhere!) }, Cancel)); // asserted
        refused.Needs.ShouldNotBeNull().ShouldContain("origins");
        stolen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_connection_whose_probe_cannot_begin_is_closed()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        ScanRequest request = lab.Request(new LabEndpoint("never answers", ((IPEndPoint)listener.LocalEndpoint).Port));
        using ScanTransport transport = new(request, TimeProvider.System);

        await Should.ThrowAsync<BudgetException>(() => transport.ExchangeAsync(Get(request, "/") with { Script = _ => throw new BudgetException("the deadline passed") }, Cancel));

        using TcpClient accepted = await listener.AcceptTcpClientAsync(Cancel);
        (await accepted.GetStream().ReadAsync(new byte[1], Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel)).ShouldBe(0, "the scanner's end is closed");
    }

    [Fact]
    public async Task Sends_the_token_to_a_verified_target_and_never_shows_it()
    {
        await using HandlerServer target = await HandlerServer.StartAsync(
            lab.Pki.Server, context => context.Response.WriteAsync("got " + context.Request.Headers.Authorization));
        ScanRequest request = WithToken(target.Endpoint);
        using ScanTransport transport = new(request, TimeProvider.System);

        Exchange exchange = await transport.ExchangeAsync(Get(request, "/echo"), Cancel);

        Body(exchange).ShouldBe("got Bearer " + Token);
        Evidence evidence = exchange.ToEvidence();
        (evidence.Sent + evidence.Received + string.Concat(evidence.Transcript)).ShouldNotContain(Token);
        evidence.Sent.ShouldContain("authorization: ***");
        evidence.Received.ShouldContain("got Bearer ***");
    }

    [Fact]
    public async Task An_ask_that_was_shown_brings_the_token_again_and_not_its_mask()
    {
        await using HandlerServer target = await HandlerServer.StartAsync(
            lab.Pki.Server, context => context.Response.WriteAsync("got " + context.Request.Headers.Authorization));
        ScanRequest request = WithToken(target.Endpoint);
        using ScanTransport transport = new(request, TimeProvider.System);
        Exchange shown = await transport.ExchangeAsync(Get(request, "/echo"), Cancel);

        Exchange again = await transport.ExchangeAsync(shown.Ask with { Reusable = false }, Cancel);

        Body(again).ShouldBe("got Bearer " + Token);
        again.ToEvidence().Sent.ShouldNotContain(Token);
    }

    [Fact]
    public async Task Withholds_the_token_from_a_server_with_an_unknown_CA_or_another_name()
    {
        ConcurrentBag<string> seen = [];
        RequestDelegate note = context =>
        {
            seen.Add(context.Request.Headers.Authorization.ToString());
            return Task.CompletedTask;
        };
        await using HandlerServer wrongName = await HandlerServer.StartAsync(lab.Pki.ServerFor("other.example"), note);
        await using HandlerServer unknown = await HandlerServer.StartAsync(lab.Pki.Server, note);
        ScanRequest unknownCa = WithToken(unknown.Endpoint) with { ServerRoots = [[.. lab.Pki.ClientCa.Authority.Certificate.Span]] };

        foreach (ScanRequest request in new[] { WithToken(wrongName.Endpoint), unknownCa })
        {
            using ScanTransport transport = new(request, TimeProvider.System);
            Exchange exchange = await transport.ExchangeAsync(Get(request, "/"), Cancel);
            exchange.Status.ShouldBe(200);
            exchange.Trust.ShouldBeOfType<ServerTrust.Distrusted>();
            exchange.Withheld.ShouldNotBeNull().ShouldContain("not trusted");
        }

        seen.ShouldAllBe(value => value.Length == 0);
        seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_backend_gets_neither_certificate_nor_token()
    {
        ConcurrentBag<string> seen = [];
        await using HandlerServer backend = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            seen.Add($"{context.Request.Headers.Authorization}|{context.Connection.ClientCertificate?.Subject}");
            return Task.CompletedTask;
        });
        TargetUrl.TryParse($"https://localhost:{backend.Endpoint.Port}", out TargetUrl? place, out _).ShouldBeTrue();
        ScanRequest request = WithToken((await lab.KestrelAsync()).Allow) with { Backends = [place!] }; // asserted
        using ScanTransport transport = new(request, TimeProvider.System);

        await transport.ExchangeAsync(Get(request, "/") with { Route = Route.To(place!) }, Cancel); // asserted

        seen.ShouldHaveSingleItem().ShouldBe("|");
    }

    [Theory]
    [InlineData(ScanMode.Safe, "DELETE", ScanMode.Safe, "--mode active")]
    [InlineData(ScanMode.Safe, "GET", ScanMode.Active, "--mode active")]
    [InlineData(ScanMode.Active, "POST", ScanMode.Intrusive, "--mode intrusive")]
    public async Task Refuses_a_probe_above_the_mode_of_the_scan(ScanMode scan, string method, ScanMode probe, string needs)
    {
        ScanRequest request = WithToken((await lab.KestrelAsync()).Allow) with { Mode = scan };
        using ScanTransport transport = new(request, TimeProvider.System);
        Ask ask = Get(request, "/") with { Mode = probe };

        ProbeRefusedException refused = await Should.ThrowAsync<ProbeRefusedException>(
            () => transport.ExchangeAsync(ask with { Request = ask.Request! with { Method = method } }, Cancel)); // Get sets it

        refused.Needs.ShouldBe(needs);
        transport.Counts.Connections.ShouldBe(0);
    }

    [Fact]
    public async Task Stops_at_the_budget_of_connections_and_of_requests()
    {
        ScanRequest request = WithToken((await lab.KestrelAsync()).Allow);
        using ScanTransport few = new(request with { Limits = new() { Connections = 2 } }, TimeProvider.System);
        await few.ExchangeAsync(Get(request, "/public"), Cancel);
        await few.HelloAsync(Route.To(request.Target), HelloRequest.ForTls13("localhost"), Cancel);
        (await Should.ThrowAsync<BudgetException>(() => few.ExchangeAsync(Get(request, "/public"), Cancel))).What.ShouldContain("2 connections");
        few.Counts.ShouldBe(new TransportCounts(1, 0, 2));

        using ScanTransport one = new(request with { Limits = new() { Requests = 1 } }, TimeProvider.System);
        await one.ExchangeAsync(Get(request, "/public"), Cancel);
        await Should.ThrowAsync<BudgetException>(() => one.ExchangeAsync(Get(request, "/public"), Cancel));
    }

    [Fact]
    public async Task Answers_an_identical_reusable_ask_from_memory_and_no_other()
    {
        ScanRequest request = WithToken((await lab.KestrelAsync()).Allow);
        using ScanTransport transport = new(request, TimeProvider.System);
        Ask ask = Get(request, "/profiles/alice") with { Reusable = true };

        Exchange first = await transport.ExchangeAsync(ask, Cancel);
        Exchange second = await transport.ExchangeAsync(ask with { Title = "again" }, Cancel);
        second.Answer.ShouldBeSameAs(first.Answer);
        second.Ask.Title.ShouldBe("again");
        transport.Counts.ShouldBe(new TransportCounts(1, 1, 1));

        await transport.ExchangeAsync(ask with { Reusable = false }, Cancel);
        await transport.ExchangeAsync(ask with { Actor = Actor.Of(request.Identities[0]).WithoutCertificate() }, Cancel);
        await transport.ExchangeAsync(ask with { Route = ask.Route.Named(LabApi.PublicHost) }, Cancel);
        transport.Counts.ShouldBe(new TransportCounts(4, 1, 4));
    }

    [Fact]
    public async Task Keeps_a_connection_for_several_requests_and_gathers_its_tickets()
    {
        ScanRequest request = WithToken((await lab.NginxAsync()).Required);
        using ScanTransport transport = new(request, TimeProvider.System);

        await using LiveConnection live = await transport.ConnectAsync(Get(request, "/profiles/alice"), Cancel);
        Exchange first = await live.SendAsync(Get(request, "/profiles/alice"), Cancel);
        Exchange second = await live.SendAsync(Get(request, "/profiles/bob"), Cancel);

        first.Status.ShouldBe(200);
        second.Status.ShouldBe(403);
        live.Tickets.ShouldNotBeEmpty();
        transport.Counts.ShouldBe(new TransportCounts(2, 0, 1));
    }

    [Fact]
    public async Task Speaks_HTTP_2_where_the_server_agrees_and_says_so_where_it_does_not()
    {
        ScanRequest request = WithToken((await lab.NginxAsync()).Required);
        using ScanTransport transport = new(request, TimeProvider.System);
        (await transport.ExchangeAsync(Get(request, "/profiles/alice") with { Http = HttpFlavor.Http2 }, Cancel)).Answer.ShouldNotBeNull().Version.ShouldBe("HTTP/2");

        ScanRequest old = WithToken((await lab.KestrelAsync()).Delay);
        using ScanTransport other = new(old, TimeProvider.System);
        Exchange exchange = await other.ExchangeAsync(Get(old, "/public") with { Http = HttpFlavor.Http2 }, Cancel);
        exchange.Answer.ShouldBeNull();
    }

    [Fact]
    public async Task Logs_in_once_with_the_certificate_and_uses_what_it_gets()
    {
        int logins = 0;
        await using HandlerServer target = await HandlerServer.StartAsync(lab.Pki.Server, async context =>
        {
            if (context.Request.Method == "POST")
            {
                logins++;
                await context.Response.WriteAsync($$"""{"access_token":"fresh-{{context.Connection.ClientCertificate?.Subject}}"}""");
                return;
            }

            await context.Response.WriteAsync(context.Request.Headers.Authorization.ToString());
        });
        ScanRequest request = lab.Request(target.Endpoint);
        request = request with { Identities = [request.Identities[0] with { Login = new() { Path = "/token", Json = new Secret("{}"), TokenMember = "access_token" } }] };
        using ScanTransport transport = new(request, TimeProvider.System);

        Exchange[] both = await Task.WhenAll(transport.ExchangeAsync(Get(request, "/a"), Cancel), transport.ExchangeAsync(Get(request, "/b"), Cancel));

        both.Select(Body).ShouldAllBe(body => body.StartsWith("Bearer fresh-"));
        logins.ShouldBe(1);
        both[0].ToEvidence().Received.ShouldNotContain("fresh-");
    }

    [Fact]
    public async Task Logs_in_at_the_identitys_own_login_host_and_shows_the_target_no_password()
    {
        bool leaked = false;
        await using HandlerServer target = await HandlerServer.StartAsync(lab.Pki.Server, async context =>
        {
            leaked |= context.Request.Method == "POST";
            await context.Response.WriteAsync(context.Request.Headers.Authorization.ToString());
        });
        await using HandlerServer issuer = await HandlerServer.StartAsync(lab.Pki.Server, context => context.Response.WriteAsync("""{"access_token":"from-the-issuer"}"""));
        TargetUrl.TryParse($"https://127.0.0.1:{issuer.Endpoint.Port}/token", out TargetUrl? origin, out _).ShouldBeTrue();
        ScanRequest request = lab.Request(target.Endpoint);
        Login login = new() { Path = "/token", Origin = origin, Json = new Secret("{}"), TokenMember = "access_token" };
        request = request with { Identities = [request.Identities[0] with { Login = login }] };
        using ScanTransport transport = new(request, TimeProvider.System);

        Exchange exchange = await transport.ExchangeAsync(Get(request, "/a"), Cancel);

        Body(exchange).ShouldBe("Bearer from-the-issuer", exchange.Withheld);
        leaked.ShouldBeFalse();
    }

    [Fact]
    public async Task A_deadline_that_has_passed_is_the_budget_not_the_server()
    {
        await using HostileServer silent = HostileServer.Start(HostileBehaviour.Silence);
        ScanRequest request = WithToken(silent.Endpoint) with { Limits = new() { Timeout = TimeSpan.FromMilliseconds(200), ProbeTimeout = TimeSpan.FromSeconds(30) } };
        using ScanTransport transport = new(request, TimeProvider.System);

        // The first ask ends with the deadline or a moment before it: soon after, every further one is refused.
        (await Should.ThrowAsync<BudgetException>(async () =>
        {
            while (true)
            {
                await transport.ExchangeAsync(Get(request, "/"), Cancel);
            }
        })).What.ShouldContain("deadline");
    }

    private static System.Threading.CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Ask Get(ScanRequest request, string path) => new()
    {
        Title = "GET " + path,
        Route = Route.To(request.Target),
        Actor = Actor.Of(request.Identities[0]),
        Request = new RawHttpRequest { Target = path },
    };

    private static string Body(Exchange exchange) => System.Text.Encoding.UTF8.GetString(exchange.Answer.ShouldNotBeNull(exchange.Summary).Body.Span);

    private ScanRequest WithToken(LabEndpoint site)
    {
        ScanRequest request = lab.Request(site);
        return request with { Identities = ImmutableArray.Create(request.Identities[0] with { Token = new Secret(Token) }) };
    }
}
