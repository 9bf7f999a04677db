using System;
using System.Globalization;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class CrlUrlTests
{
    private const int FetchFailed = 2356;

    [Fact]
    public async Task X5_The_list_behind_a_url_is_fetched_again_long_before_its_next_update()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.Crl.Urls[0].Refresh = TimeSpan.FromSeconds(1), TimeProvider.System);
        server.Serve(house.List(1));
        await house.StartAsync();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        server.Serve(house.List(2, house.Pki.Alice));
        await house.PublishedAsync(() => house.Says(house.Pki.Alice) == "Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
    }

    [Theory]
    [InlineData("\"v1\"", null)]
    [InlineData(null, "2026-01-02T03:04:05Z")]
    public async Task Asks_with_what_the_server_said_and_takes_nothing_for_an_answer(string? tag, string? modified)
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        server.Serve(house.List(1), tag, modified is null ? null : DateTimeOffset.Parse(modified, CultureInfo.InvariantCulture));
        house.Open();
        await house.FetchAsync();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        long epoch = house.Epoch;
        await house.FetchAsync();
        house.Epoch.ShouldBe(epoch);
        server.Requests.Count.ShouldBe(2);
        server.Requests[0].IfNoneMatch.ShouldBeEmpty();
        server.Requests[1].IfNoneMatch.ToString().ShouldBe(tag ?? "");
        server.Requests[1].IfModifiedSince.Count.ShouldBe(modified is null ? 0 : 1);
        house.Log.Of(FetchFailed).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unchanged_body_without_marks_publishes_nothing()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        server.Serve(house.List(1));
        house.Open();
        await house.FetchAsync();
        long epoch = house.Epoch;
        await house.FetchAsync();
        house.Epoch.ShouldBe(epoch);
    }

    [Fact]
    public async Task X15_A_body_without_end_is_left_at_the_limit()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.MaxCrlBytes = 100_000);
        server.Serve(house.List(1));
        house.Open();
        await house.FetchAsync();
        var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Answer = async context =>
        {
            byte[] piece = new byte[65_536];
            context.RequestAborted.Register(left.SetResult);
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        };
        await house.FetchAsync();
        await left.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        house.Log.Of(FetchFailed).ShouldHaveSingleItem().ShouldContain("more than 100000 octets");
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Fact]
    public async Task X15_A_body_that_says_it_is_too_long_is_not_begun()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.MaxCrlBytes = 100_000);
        server.Answer = context =>
        {
            context.Response.ContentLength = 700_000_000;
            return context.Response.StartAsync(context.RequestAborted);
        };
        house.Open();
        await house.FetchAsync();
        house.Log.Of(FetchFailed).ShouldHaveSingleItem().ShouldContain("more than 100000 octets");
    }

    [Fact]
    public async Task d2_A_server_that_never_answers_holds_up_no_handshake_and_ends_at_the_time_out()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options =>
        {
            options.Revocation.FetchTimeout = TimeSpan.FromSeconds(2);
            options.Revocation.Crl.AddFile("ca.crl");
        });
        house.Write("ca.crl", house.List(1));
        house.Open();
        server.Tarpit();
        var fetching = house.FetchAsync();
        await server.AskedAsync();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        await fetching;
        house.Log.Of(FetchFailed).ShouldHaveSingleItem().ShouldContain("longer than");
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(204)]
    [InlineData(304)]
    public async Task Any_other_answer_leaves_the_last_good_list(int status)
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        server.Serve(house.List(1));
        house.Open();
        await house.FetchAsync();
        server.Answer = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await house.FetchAsync();
        house.Log.Of(FetchFailed).ShouldHaveSingleItem().ShouldContain($"status {status}");
        house.Says(house.Pki.Alice).ShouldBe("Verified");

        server.Serve(house.List(2, house.Pki.Alice));
        await house.FetchAsync();
        house.Log.Of(2357).ShouldHaveSingleItem();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task Rubbish_leaves_the_last_good_list_and_is_not_asked_for_conditionally_again()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        server.Serve(house.List(1), "\"v1\"");
        house.Open();
        await house.FetchAsync();
        server.Serve(new byte[500], "\"v2\"");
        await house.FetchAsync();
        house.Log.Of(FetchFailed).ShouldHaveSingleItem();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        server.Serve(house.List(2, house.Pki.Alice), "\"v2\"");
        await house.FetchAsync();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task Follows_no_redirect_to_another_place_and_a_few_to_the_same()
    {
        await using var server = await ListServer.StartAsync();
        await using var elsewhere = await ListServer.StartAsync();
        await using var house = With(server);
        byte[] list = house.List(1);
        elsewhere.Serve(list);
        server.Answer = context =>
        {
            context.Response.Redirect(elsewhere.Address.AbsoluteUri);
            return Task.CompletedTask;
        };
        house.Open();
        await house.FetchAsync();
        elsewhere.Requests.ShouldBeEmpty();
        house.Says(house.Pki.Alice).ShouldStartWith("RevocationUnknown");

        server.Answer = context =>
        {
            if (context.Request.Path == "/ca.crl")
            {
                return context.Response.Body.WriteAsync(list, context.RequestAborted).AsTask();
            }

            context.Response.Redirect("/ca.crl");
            return Task.CompletedTask;
        };
        await house.FetchAsync();
        house.Says(house.Pki.Alice).ShouldBe("Verified");

        server.Answer = context =>
        {
            context.Response.Redirect("/again");
            return Task.CompletedTask;
        };
        int before = server.Requests.Count;
        await house.FetchAsync();
        (server.Requests.Count - before).ShouldBe(4);
    }

    [Fact]
    public async Task Keeps_no_cookie()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server);
        server.Answer = context =>
        {
            context.Response.Headers.SetCookie = "track=1";
            return Task.CompletedTask;
        };
        house.Open();
        await house.FetchAsync();
        await house.FetchAsync();
        server.Requests.ShouldAllBe(static headers => headers.Cookie.Count == 0);
    }

    [Fact]
    public async Task The_start_waits_for_a_slow_server_only_so_long_and_then_nobody_is_known()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(
            server,
            options =>
            {
                options.Revocation.StartTimeout = TimeSpan.FromMilliseconds(200);
                options.Revocation.FetchTimeout = TimeSpan.FromMinutes(5);
            },
            TimeProvider.System);
        server.Tarpit();
        await house.StartAsync();
        house.Log.Of(2364).ShouldHaveSingleItem();
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NoSource");
    }

    [Fact]
    public async Task A_url_that_answers_nothing_makes_the_list_outdated_after_the_policy_age()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = With(server, options => options.Revocation.MaxSourceAge = TimeSpan.FromHours(1));
        server.Serve(house.List(1), "\"v1\"");
        house.Open();
        await house.FetchAsync();
        house.Advance(TimeSpan.FromMinutes(50));
        await house.FetchAsync();
        house.Advance(TimeSpan.FromMinutes(50));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        server.Answer = static context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        await house.FetchAsync();
        house.Advance(TimeSpan.FromMinutes(11));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NotCurrent");
        server.Serve(house.List(2));
        await house.FetchAsync();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    private static Gatehouse With(ListServer server, Action<SallyportOptions>? configure = null, TimeProvider? time = null) => new(
        (house, options) =>
        {
            options.Trust.AddPemFile("ca.pem");
            options.Revocation.Crl.AddUrl(server.Address, TimeSpan.FromMinutes(5));
            house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
            configure?.Invoke(options);
        },
        time);
}
