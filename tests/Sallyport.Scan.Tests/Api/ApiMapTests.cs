using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sallyport.Scan.Api;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Api;

/// <summary>What the application checks stand on: kept connections, presented credentials, logins, the control triple, and the journal of writes.</summary>
public sealed class ApiMapTests(CheckLab lab)
{
    private static readonly Operation s_profile = CheckLab.Profiles with { DemandsMutualTls = false };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_actor_keeps_a_connection_of_its_own()
    {
        HashSet<(string Connection, string Bearer)> seen = [];
        await using HandlerServer server = await StartAsync(context =>
        {
            lock (seen)
            {
                seen.Add((context.Connection.Id, context.Request.Headers.Authorization.ToString()));
            }

            return context.Response.WriteAsync("{\"ok\":true}", context.RequestAborted);
        });
        ScanRequest request = Request(server);
        await using ScanTransport transport = new(request, new StoppedWatch());
        (Identity alice, Identity bob) = (request.Identities[0], request.Identities[1]);
        foreach (Actor actor in new[] { Actor.Of(alice), Actor.Of(bob), Actor.Of(alice), Actor.Of(bob), Actor.Of(alice).WithToken("other", new Secret("forged-token")), Actor.Of(alice).WithoutApplication() })
        {
            (await transport.ExchangeAsync(Get(request, actor), Cancel)).Status.ShouldBe(200);
        }

        seen.Select(one => one.Bearer).Distinct().Order().ShouldBe(["", "Bearer alices-own-token", "Bearer bobs-own-token", "Bearer forged-token"]);
        seen.Count.ShouldBe(4);
        seen.Select(one => one.Connection).Distinct().Count().ShouldBe(4);
        transport.Counts.ShouldBe(new TransportCounts(6, 0, 4));
    }

    [Fact]
    public async Task A_kept_connection_that_the_server_has_closed_is_replaced_and_a_write_never_uses_one()
    {
        int connections = 0;
        HashSet<string> ids = [];
        IConnectionLifetimeFeature? first = null;
        await using HandlerServer server = await StartAsync(async context =>
        {
            lock (ids)
            {
                connections += ids.Add(context.Connection.Id) ? 1 : 0;
                first ??= context.Features.Get<IConnectionLifetimeFeature>();
            }

            await context.Response.WriteAsync("ok", context.RequestAborted);
        });
        ScanRequest request = Request(server) with { Mode = ScanMode.Active };
        await using ScanTransport transport = new(request, TimeProvider.System);
        Ask ask = Get(request, Actor.Of(request.Identities[0]));
        (await transport.ExchangeAsync(ask, Cancel)).Status.ShouldBe(200);
        // Only now: a close that overtakes the answer would be another story.
        first.ShouldNotBeNull().Abort();
        (await transport.ExchangeAsync(ask, Cancel)).Status.ShouldBe(200);
        connections.ShouldBe(2);
        (await transport.ExchangeAsync(ask with { Request = new() { Method = "POST", Target = "/x" } }, Cancel)).Status.ShouldBe(200);
        connections.ShouldBe(3);
    }

    [Fact]
    public async Task Presented_credentials_arrive_and_are_never_shown()
    {
        await using HandlerServer server = await StartAsync(context => context.Response.WriteAsync($"you sent {context.Request.Headers.Authorization} and {context.Request.Headers.Cookie}", context.RequestAborted));
        ScanRequest request = Request(server);
        await using ScanTransport transport = new(request, TimeProvider.System);

        Exchange token = await transport.ExchangeAsync(Get(request, Actor.Of(request.Identities[0]).WithToken("forged", new Secret("forged-secret-token"))), Cancel);
        Exchange cookie = await transport.ExchangeAsync(Get(request, Actor.Of(request.Identities[0]).WithHeaders("cookie", [new("cookie", new Secret("sid=secret-session"))])), Cancel);

        AnswerShape.Text(token.Answer.ShouldNotBeNull()).ShouldBe("you sent Bearer forged-secret-token and ");
        AnswerShape.Text(cookie.Answer.ShouldNotBeNull()).ShouldBe("you sent  and sid=secret-session");
        foreach (Evidence evidence in new[] { token.ToEvidence(), cookie.ToEvidence() })
        {
            (evidence.Sent + evidence.Received).ShouldNotContain("secret");
        }
    }

    [Fact]
    public async Task A_login_is_repeated_when_what_it_yielded_ends()
    {
        int logins = 0;
        await using HandlerServer server = await StartAsync(async context =>
        {
            if (context.Request.Path == "/token")
            {
                // The first yield says that it ends at once, the second that it lasts.
                int n = Interlocked.Increment(ref logins);
                await context.Response.WriteAsJsonAsync(new { access_token = $"token-number-{n}", expires_in = n == 1 ? 2 : 600 }, context.RequestAborted);
                return;
            }

            await context.Response.WriteAsync(context.Request.Headers.Authorization.ToString(), context.RequestAborted);
        });
        ScanRequest request = Request(server);
        Identity alice = request.Identities[0] with { Token = null, Login = new Login { Path = "/token", Json = new Secret("{}"), TokenMember = "access_token" } };
        request = request with { Identities = [alice] };
        ManualClock clock = new();
        await using ScanTransport transport = new(request, clock);
        AnswerShape.Text((await transport.ExchangeAsync(Get(request, Actor.Of(alice)), Cancel)).Answer.ShouldNotBeNull()).ShouldBe("Bearer token-number-1");
        clock.Add(TimeSpan.FromSeconds(1.5));
        AnswerShape.Text((await transport.ExchangeAsync(Get(request, Actor.Of(alice)), Cancel)).Answer.ShouldNotBeNull()).ShouldBe("Bearer token-number-2");
        clock.Add(TimeSpan.FromSeconds(1.5));
        (await transport.CredentialsAsync(alice, Cancel)).Token.ShouldNotBeNull().Reveal().ShouldBe("token-number-2");
        logins.ShouldBe(2);
    }

    [Theory]
    [InlineData("strict", typeof(Access.Protected))]
    [InlineData("open", typeof(Access.Public))]
    [InlineData("any token", typeof(Access.Public))]
    [InlineData("limited", typeof(Access.Undecided))]
    [InlineData("broken", typeof(Access.Undecided))]
    public async Task The_control_triple_tells_who_may_call(string server, Type expected)
    {
        await using HandlerServer handler = await StartAsync(context =>
        {
            string bearer = context.Request.Headers.Authorization.ToString();
            bool right = bearer is "Bearer alices-own-token" or "Bearer bobs-own-token";
            bool served = server switch { "open" => true, "any token" => bearer.Length > 0, "broken" => false, _ => right };
            // A path that no API has is not there for anybody.
            bool there = context.Request.Path.Value?.Contains("sallyport-none", StringComparison.Ordinal) == false;
            context.Response.StatusCode = !there ? 404 : served ? 200 : server switch { "limited" => 429, "broken" => 500, _ => 401 };
            return context.Response.WriteAsync(served && there ? "{\"mail\":\"alice@example.test\"}" : "{}", context.RequestAborted);
        });
        ScanRequest request = Request(handler);
        await using ScanTransport transport = new(request, TimeProvider.System);
        ApiMap api = Map(request, transport);

        Access access = await api.AccessAsync(s_profile, Cancel);

        access.ShouldBeOfType(expected);
        int spent = transport.Counts.Requests;
        (await api.AccessAsync(s_profile, Cancel)).ShouldBeSameAs(access);
        transport.Counts.Requests.ShouldBe(spent);
    }

    [Fact]
    public async Task Writes_are_undone_at_the_end_even_when_the_scan_is_cancelled()
    {
        string stored = "before";
        await using HandlerServer server = await StartAsync(async context =>
        {
            if (context.Request.Method == "PUT")
            {
                stored = context.Request.Path.Value!.Split('/')[^1]; // the path of a request is never null
            }

            await context.Response.WriteAsync(stored, context.RequestAborted);
        });
        ScanRequest request = Request(server) with { Mode = ScanMode.Intrusive };
        using CancellationTokenSource user = new();
        List<WriteRecord> noted = [];
        ScanReport report = await new Scanner(new ScanSessions(TimeProvider.System), [new WritingCheck(user, () => stored)], TimeProvider.System)
            .RunAsync(request, new Progress(one => noted.AddRange(one is ScanProgress.Wrote { Record: var record } ? [record] : [])), user.Token);

        stored.ShouldBe("before");
        report.Partial.ShouldBeTrue();
        WriteRecord write = report.Writes.ShouldHaveSingleItem();
        write.ShouldBe(new WriteRecord("the write", "PUT /things/after", "alice", WriteState.Restored));
        noted.Select(one => one.State).ShouldBe([WriteState.Open, WriteState.Restored]);
    }

    private static ApiMap Map(ScanRequest request, ScanTransport transport)
    {
        Survey survey = new() { Address = new(System.Net.IPAddress.Loopback, 1), A = request.Identities[0], Caller = request.Identities[0] };
        return new ApiMap(request, survey, transport, new ControlOracle(transport, static () => "sallyport-none"), new() { Chain = [] });
    }

    private static Ask Get(ScanRequest request, Actor actor) => new() { Title = "get", Route = Route.To(request.Target), Actor = actor, Request = new RawHttpRequest { Target = "/profiles/x" }, Pooled = true };

    private Task<HandlerServer> StartAsync(RequestDelegate handler) => HandlerServer.StartAsync(lab.Pki.Server, handler, https => https.ClientCertificateMode = ClientCertificateMode.AllowCertificate);

    private ScanRequest Request(HandlerServer server)
    {
        ScanRequest request = lab.Request(server.Endpoint, lab.Pki.Alice, lab.Pki.Bob);
        return request with
        {
            Operations = [s_profile],
            Identities = [request.Identities[0] with { Token = new Secret("alices-own-token") }, request.Identities[1] with { Token = new Secret("bobs-own-token") }],
        };
    }

    private sealed class Progress(Action<ScanProgress> report) : IProgress<ScanProgress>
    {
        public void Report(ScanProgress value) => report(value);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => System.GetTimestamp() * TimeSpan.TicksPerSecond / System.TimestampFrequency + Interlocked.Read(ref _ticks);

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref _ticks));

        public void Add(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }

    private sealed class WritingCheck(CancellationTokenSource user, Func<string> stored) : Check
    {
        public override CheckInfo Info { get; } = new()
        {
            Id = "TEST-001",
            Title = "Writes",
            Category = Category.Sessions,
            Severity = Severity.High,
            Mode = ScanMode.Intrusive,
            Standards = new(),
            Needs = [],
            Why = "a",
            Impact = "a",
            How = "a",
            Sources = ["a"],
            Remedies = [],
        };

        public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
        {
            Ask Put(string value) => new()
            {
                Title = "the write",
                Route = context.Route,
                Actor = Actor.Of(context.A),
                Mode = ScanMode.Intrusive,
                Request = new() { Method = "PUT", Target = "/things/" + value },
            };
            await context.Writes.WriteAsync(Put("after"), Put("before"), cancellationToken);
            stored().ShouldBe("after");
            await user.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return CheckResult.Passed();
        }
    }

    // A kept connection is used for 300 ms only, and a busy machine takes longer for the one between.
    private sealed class StoppedWatch : TimeProvider
    {
        public override long GetTimestamp() => 0;
    }
}
