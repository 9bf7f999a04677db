using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Connections;

public sealed class ConnectionWatchTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly CollectedTrail _trail = new();

    public void Dispose() => _pki.Dispose();

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task X7_d4_A_kept_connection_is_not_served_once_its_certificate_lost_its_right(string version)
    {
        await using var host = await StartAsync();
        var alice = host.Client(_pki.Alice, Version.Parse(version));
        var bob = host.Client(_pki.Bob, Version.Parse(version));
        await ConnectionOf(alice);
        var kept = await ConnectionOf(bob);
        host.Trust(_pki.Alice);
        await RefusedAsync(alice);
        (await ConnectionOf(bob)).ShouldBe(kept);
        await Eventually.IsTrueAsync(() => host.Connections.Count == 1);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task X18_d4_An_answer_in_flight_is_cut_and_no_other(string version)
    {
        await using var host = await StartAsync();
        await using var alice = await InFlightAsync(host.Client(_pki.Alice, Version.Parse(version)));
        await using var bob = await InFlightAsync(host.Client(_pki.Bob, Version.Parse(version)));
        host.Trust(_pki.Alice);
        await Eventually.IsClosedAsync(alice);
        var told = await _trail.NextAsync($"{AuditReasons.ConnectionClosed}:Revoked");
        told.Certificate.ShouldBe(Certificates.CertificateThumbprint.Of(_pki.Alice.Certificate));
        await Eventually.IsTrueAsync(() => host.Connections.Count == 1);
        var left = host.Connections.All.ShouldHaveSingleItem();
        left.Standing.Certificate.Thumbprint.ShouldBe(Certificates.CertificateThumbprint.Of(_pki.Bob.Certificate));
        left.AbortAt.ShouldBeNull();
    }

    [Fact]
    public async Task D4_A_connection_that_never_asked_for_anything_is_cut_too()
    {
        await using var host = await StartAsync();
        await using var silent = await GuardedClient.ConnectAsync(host.Port, _pki, _pki.Alice);
        await Eventually.IsTrueAsync(() => host.Connections.Count == 1);
        host.Trust(_pki.Alice);
        await Eventually.IsClosedAsync(silent);
        await Eventually.IsTrueAsync(() => host.Connections.Count == 0);
    }

    [Fact]
    public async Task D4_A_web_socket_is_cut()
    {
        await using var host = await StartAsync();
        using var invoker = host.Client(_pki.Alice);
        using var socket = new ClientWebSocket();
        using var ceiling = new CancellationTokenSource(GuardedClient.Ceiling);
        await socket.ConnectAsync(new Uri($"wss://localhost:{host.Port}/socket"), invoker, ceiling.Token);
        host.Trust(_pki.Alice);
        await Should.ThrowAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[16], ceiling.Token));
    }

    [Fact]
    public async Task D4_An_authority_that_is_no_longer_trusted_takes_its_connections_along()
    {
        await using var host = await StartAsync();
        host.Trust([_pki.ClientCa, _pki.OtherClientCa], []);
        await using var alice = await InFlightAsync(host.Client(_pki.Alice));
        await using var other = await InFlightAsync(host.Client(_pki.Other));
        host.Connections.OfAuthority(Certificates.CertificateThumbprint.Of(_pki.OtherClientCa.Certificate)).ShouldHaveSingleItem();
        host.Trust([_pki.ClientCa], []);
        await Eventually.IsClosedAsync(other);
        await Eventually.IsTrueAsync(() => host.Connections.Count == 1);
    }

    [Fact]
    public async Task D4_A_connection_ends_with_its_certificate()
    {
        var clock = new ManualTime(TimeProvider.System.GetUtcNow());
        await using var host = await StartAsync(clock);
        await using var alice = await InFlightAsync(host.Client(_pki.Alice));
        clock.Advance(TimeSpan.FromDays(3));
        await Eventually.IsClosedAsync(alice);
        await _trail.NextAsync($"{AuditReasons.ConnectionClosed}:Expired");
    }

    [Fact]
    public async Task D4_A_connection_does_not_live_for_longer_than_it_may()
    {
        var clock = new ManualTime(TimeProvider.System.GetUtcNow());
        await using var host = await StartAsync(clock);
        await using var alice = await InFlightAsync(host.Client(_pki.Alice));
        clock.Advance(TimeSpan.FromMinutes(61));
        await _trail.NextAsync($"{AuditReasons.ConnectionClosed}:MaxLifetime");
        host.Connections.Count.ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(11));
        await Eventually.IsClosedAsync(alice);
    }

    [Fact]
    public async Task X18_A_draining_connection_may_finish_and_takes_nothing_new()
    {
        var clock = new ManualTime(TimeProvider.System.GetUtcNow());
        await using var host = await StartAsync(clock, static options => options.Connections.OnRevoked = ConnectionAction.Drain);
        var finish = host.Services.GetRequiredService<Gate>();
        var alice = host.Client(_pki.Alice, HttpVersion.Version20);
        using var answer = await alice.GetAsync("/finish", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        host.Trust(_pki.Alice);
        await _trail.NextAsync($"{AuditReasons.ConnectionClosed}:Revoked");
        await RefusedAsync(alice);
        finish.Open.SetResult();
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("finished");
        await Eventually.IsTrueAsync(() => host.Connections.Count == 0);
    }

    [Fact]
    public async Task A_connection_whose_look_breaks_keeps_no_other_from_being_cut()
    {
        var directory = new ListedIdentities(TimeProvider.System);
        var alice = ListedIdentities.Identity("alice", Certificates.CertificateThumbprint.Of(_pki.Alice.Certificate));
        var bob = ListedIdentities.Identity("bob", Certificates.CertificateThumbprint.Of(_pki.Bob.Certificate));
        directory.Publish(alice, bob);
        await using var host = await StartAsync(directory: directory);
        var cut = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => InFlightAsync(host.Client(_pki.Alice))));
        var kept = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => InFlightAsync(host.Client(_pki.Bob))));
        directory.BreaksFor = Certificates.CertificateThumbprint.Of(_pki.Bob.Certificate);
        directory.Publish(alice with { IsEnabled = false, Version = 2 }, bob);
        await Task.WhenAll(cut.Select(Eventually.IsClosedAsync));
        await Eventually.IsTrueAsync(() => host.Connections.Count == kept.Length);
        directory.BreaksFor = null;
        directory.Publish(alice with { IsEnabled = false, Version = 2 }, bob with { IsEnabled = false, Version = 2 });
        await Task.WhenAll(kept.Select(Eventually.IsClosedAsync));
    }

    [Fact]
    public async Task An_identity_that_is_disabled_takes_its_connections_along_and_no_other()
    {
        var directory = new ListedIdentities(TimeProvider.System);
        var alice = ListedIdentities.Identity("alice", Certificates.CertificateThumbprint.Of(_pki.Alice.Certificate));
        var bob = ListedIdentities.Identity("bob", Certificates.CertificateThumbprint.Of(_pki.Bob.Certificate));
        directory.Publish(alice, bob);
        await using var host = await StartAsync(directory: directory);
        await using var cut = await InFlightAsync(host.Client(_pki.Alice));
        await using var kept = await InFlightAsync(host.Client(_pki.Bob));
        await using var nobody = await InFlightAsync(host.Client(_pki.Unmapped));
        host.Connections.OfIdentity("alice").ShouldHaveSingleItem();

        directory.IsStale = true;
        directory.Publish(alice, bob);
        host.Services.GetRequiredService<ConnectionWatch>().WhyNot(host.Connections.OfIdentity("alice").Single()).ShouldBeNull();
        directory.IsStale = false;
        directory.Publish(alice with { Roles = ["more"], Version = 2 }, bob);
        directory.Publish(alice with { IsEnabled = false, Version = 3 }, bob);
        await Eventually.IsClosedAsync(cut);
        (await _trail.NextAsync($"{AuditReasons.ConnectionClosed}:IdentityLost")).Identity.ShouldBe("alice");
        await Eventually.IsTrueAsync(() => host.Connections.Count == 2);
        host.Connections.All.ShouldAllBe(static connection => connection.AbortAt == null);
    }

    [Fact]
    public async Task A_certificate_that_goes_to_another_account_ends_what_was_opened_for_the_first()
    {
        var directory = new ListedIdentities(TimeProvider.System);
        var thumbprint = Certificates.CertificateThumbprint.Of(_pki.Alice.Certificate);
        directory.Publish(ListedIdentities.Identity("alice", thumbprint));
        await using var host = await StartAsync(directory: directory);
        await using var alice = await InFlightAsync(host.Client(_pki.Alice));
        directory.Publish(ListedIdentities.Identity("mallory", thumbprint));
        await Eventually.IsClosedAsync(alice);
    }

    [Fact]
    public async Task An_account_that_ends_by_its_date_ends_its_connections()
    {
        var clock = new ManualTime(TimeProvider.System.GetUtcNow());
        var directory = new ListedIdentities(clock);
        directory.Publish(ListedIdentities.Identity("alice", Certificates.CertificateThumbprint.Of(_pki.Alice.Certificate)) with
        {
            NotAfter = clock.GetUtcNow().AddMinutes(5),
        });
        await using var host = await StartAsync(clock, directory: directory);
        await using var alice = await InFlightAsync(host.Client(_pki.Alice));
        clock.Advance(TimeSpan.FromMinutes(6));
        await Eventually.IsClosedAsync(alice);
        await _trail.NextAsync($"{AuditReasons.ConnectionClosed}:IdentityLost");
    }

    [Fact]
    public async Task Among_forty_connections_exactly_the_revoked_ones_are_cut()
    {
        await using var host = await StartAsync();
        var alice = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => GuardedClient.ConnectAsync(host.Port, _pki, _pki.Alice)));
        var bob = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => GuardedClient.ConnectAsync(host.Port, _pki, _pki.Bob)));
        await Eventually.IsTrueAsync(() => host.Connections.Count == 40);
        host.Trust(_pki.Alice);
        await Task.WhenAll(alice.Select(Eventually.IsClosedAsync));
        await Eventually.IsTrueAsync(() => host.Connections.Count == 32);
        host.Services.GetRequiredService<ConnectionWatch>().Sweep();
        host.Connections.Count.ShouldBe(32);
        foreach (var stream in bob)
        {
            await stream.WriteAsync("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            using var reader = new System.IO.StreamReader(stream);
            (await reader.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldStartWith("HTTP/1.1 200");
        }
    }

    private static async Task<string> ConnectionOf(HttpClient client) =>
        await client.GetStringAsync("/connection", TestContext.Current.CancellationToken);

    private static async Task<System.IO.Stream> InFlightAsync(HttpClient client)
    {
        var answer = await client.GetAsync("/wait", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
    }

    private static async Task RefusedAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync("/", TestContext.Current.CancellationToken);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        catch (HttpRequestException)
        {
            // Cut before it could ask.
        }
    }

    private Task<GuardedHost> StartAsync(TimeProvider? clock = null, Action<SallyportOptions>? options = null, ListedIdentities? directory = null) =>
        GuardedHost.StartAsync(_pki, new GuardedPlan
        {
            Options = options,
            Services = services =>
            {
                services.AddSingleton<IAuditTrail>(_trail);
                services.AddSingleton<Gate>();
                if (clock is not null)
                {
                    services.AddSingleton(clock);
                }

                if (directory is not null)
                {
                    services.AddSingleton<AspNetCore.Identity.IIdentityDirectory>(directory);
                }
            },
            App = Map,
        });

    private static void Map(WebApplication app)
    {
        app.UseWebSockets();
        app.MapGet("/connection", static (HttpContext context) => context.Connection.Id).AllowWithoutClientCertificate("the test looks at connections here");
        app.MapGet("/finish", static async (HttpContext context, Gate gate) =>
        {
            await context.Response.StartAsync(context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await gate.Open.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync("finished", context.RequestAborted);
        }).AllowWithoutClientCertificate("the test looks at connections here");
        app.MapGet("/socket", static async (HttpContext context) =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.ReceiveAsync(new byte[16], context.RequestAborted);
        }).AllowWithoutClientCertificate("the test looks at connections here");
    }

    private sealed class Gate
    {
        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
