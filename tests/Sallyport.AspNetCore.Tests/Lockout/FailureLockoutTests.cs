using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Tests.Forwarding;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Tests.Lockout;

/// <summary>What failures cost: an address waits and is served, an account is locked for a while and no longer.</summary>
public sealed class FailureLockoutTests
{
    private static readonly DateTimeOffset _start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly IPEndPoint _peer = new(IPAddress.Parse("198.51.100.7"), 40_000);
    private readonly SteppedTime _time = new(_start);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void An_address_waits_longer_with_every_failure_too_many_up_to_a_limit()
    {
        FailureLockout lockout = Make();
        Fail(lockout, _peer, 20);
        lockout.DelayOf(_peer).ShouldBe(TimeSpan.Zero);
        TimeSpan[] expected = [.. new[] { 50, 100, 200, 400, 800, 1_600, 2_000, 2_000 }.Select(static ms => TimeSpan.FromMilliseconds(ms))];
        foreach (TimeSpan delay in expected)
        {
            lockout.HandshakeFailed(_peer);
            lockout.DelayOf(_peer).ShouldBe(delay);
        }

        Fail(lockout, _peer, 100_000);
        lockout.DelayOf(_peer).ShouldBe(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void Failures_are_forgotten_after_the_window()
    {
        FailureLockout lockout = Make();
        Fail(lockout, _peer, 100);
        _time.Step(TimeSpan.FromSeconds(59));
        lockout.DelayOf(_peer).ShouldNotBe(TimeSpan.Zero);
        _time.Step(TimeSpan.FromSeconds(2));
        lockout.DelayOf(_peer).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Another_address_does_not_wait_and_another_port_of_the_same_does()
    {
        FailureLockout lockout = Make();
        Fail(lockout, _peer, 100);
        lockout.DelayOf(new IPEndPoint(IPAddress.Parse("198.51.100.8"), 1)).ShouldBe(TimeSpan.Zero);
        lockout.DelayOf(new IPEndPoint(_peer.Address, 1)).ShouldNotBe(TimeSpan.Zero);
        lockout.DelayOf(new IPEndPoint(_peer.Address.MapToIPv6(), 1)).ShouldNotBe(TimeSpan.Zero);
        lockout.DelayOf(null).ShouldBe(TimeSpan.Zero);
        lockout.DelayOf(new DnsEndPoint("localhost", 1)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void One_network_of_IPv6_counts_as_one()
    {
        FailureLockout lockout = Make();
        foreach (int host in Enumerable.Range(1, 100))
        {
            lockout.HandshakeFailed(new IPEndPoint(IPAddress.Parse($"2001:db8:0:1::{host:x}"), 1));
        }

        lockout.DelayOf(new IPEndPoint(IPAddress.Parse("2001:db8:0:1:ffff::1"), 1)).ShouldNotBe(TimeSpan.Zero);
        lockout.DelayOf(new IPEndPoint(IPAddress.Parse("2001:db8:0:2::1"), 1)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Exempt_networks_never_wait()
    {
        FailureLockout lockout = Make(static o => o.Lockout.ExemptNetworks.Add(IPNetwork.Parse("198.51.100.0/24")));
        Fail(lockout, _peer, 100);
        lockout.DelayOf(_peer).ShouldBe(TimeSpan.Zero);
        lockout.DelayOf(new IPEndPoint(_peer.Address.MapToIPv6(), 1)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void The_address_of_a_proved_trusted_proxy_never_waits_and_that_of_another_certificate_does()
    {
        using var edge = new EdgeTrust(static o =>
        {
            o.Forwarding.TrustProxy("gateway");
            o.Lockout.AddressFailures = 20;
        });
        edge.Directory.Name(edge.Pki.Bob, "gateway");
        FailureLockout lockout = new(Options.Create(edge.Options), edge.Proxies, _time);
        Fail(lockout, _peer, 100);
        lockout.HandshakePassed(_peer, edge.Verified(edge.Pki.Alice));
        lockout.DelayOf(_peer).ShouldNotBe(TimeSpan.Zero);
        lockout.HandshakePassed(_peer, edge.Verified(edge.Pki.Bob));
        lockout.DelayOf(_peer).ShouldBe(TimeSpan.Zero);
        foreach (int i in Enumerable.Range(0, 100))
        {
            lockout.IdentityFailed("gateway");
        }

        lockout.LockedFor("gateway").ShouldBeNull();
    }

    [Fact]
    public void A_proxy_that_is_trusted_by_its_certificate_is_not_locked_and_who_it_speaks_for_is()
    {
        using var edge = new EdgeTrust();
        edge.Options.Forwarding.TrustProxy(edge.Verified(edge.Pki.Bob).Thumbprint);
        FailureLockout lockout = new(Options.Create(edge.Options), new TrustedProxies(Options.Create(edge.Options), new NoServices()), _time);
        var identity = new CertificateIdentity { Name = "gateway" };
        for (int i = 0; i < 100; i++)
        {
            lockout.CallerFailed(new Caller(edge.Verified(edge.Pki.Bob), identity));
            lockout.CallerFailed(new Caller(edge.Verified(edge.Pki.Alice), new CertificateIdentity { Name = "alice" }) { IsForwarded = true });
        }

        lockout.LockedFor("gateway").ShouldBeNull();
        lockout.LockedFor("alice").ShouldNotBeNull();
    }

    [Fact]
    public void An_account_that_carries_others_tokens_may_be_exempt()
    {
        FailureLockout lockout = Make(static options => options.Lockout.ExemptIdentities.Add("gateway"));
        Fail(lockout, "gateway", 1_000);
        Fail(lockout, "alice", 1_000);
        lockout.LockedFor("gateway").ShouldBeNull();
        lockout.LockedFor("alice").ShouldNotBeNull();
    }

    [Fact]
    public void However_often_an_account_fails_it_is_locked_no_longer_than_the_longest_lock()
    {
        FailureLockout lockout = Make();
        for (int i = 0; i < 50; i++)
        {
            Fail(lockout, "alice", 1_000);
            TimeSpan left = lockout.LockedFor("alice").ShouldNotBeNull();
            left.ShouldBeLessThanOrEqualTo(new LockoutOptions().MaxIdentityLock);
            _time.Step(left);
            lockout.LockedFor("alice").ShouldBeNull();
        }
    }

    [Fact]
    public async Task Who_waits_goes_on_when_the_time_is_over_and_only_so_many_wait_at_once()
    {
        FailureLockout lockout = Make(static o => o.Lockout.MaxWaiting = 2);
        Fail(lockout, _peer, 100);
        Task[] waiting = [.. Enumerable.Range(0, 3).Select(_ => lockout.WaitAsync(_peer, Token).AsTask())];
        waiting.Count(static w => w.IsCompleted).ShouldBe(1);
        lockout.Waiting.ShouldBe(2);
        _time.Step(TimeSpan.FromSeconds(2));
        await Task.WhenAll(waiting).WaitAsync(TimeSpan.FromSeconds(30), Token);
        lockout.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task A_connection_that_goes_stops_waiting()
    {
        FailureLockout lockout = Make();
        Fail(lockout, _peer, 100);
        using var gone = new CancellationTokenSource();
        Task waiting = lockout.WaitAsync(_peer, gone.Token).AsTask();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
        lockout.Waiting.ShouldBe(0);
    }

    [Fact]
    public void Memory_has_a_limit_and_the_longest_unseen_address_goes_first()
    {
        var table = new FailureTable<int>(16, TimeSpan.FromMinutes(1));
        for (int i = 0; i < 1_000; i++)
        {
            table.Add(i, _start);
            table.TryFind(0, _start, out _).ShouldBeTrue();
        }

        table.Count.ShouldBe(16);
        table.TryFind(1, _start, out _).ShouldBeFalse();
        table.TryFind(999, _start, out _).ShouldBeTrue();
    }

    [Fact]
    public void An_account_is_locked_after_many_refused_tokens_for_a_while_that_doubles_and_has_an_end()
    {
        FailureLockout lockout = Make(static o => o.Lockout.MaxIdentityLock = TimeSpan.FromSeconds(35));
        foreach (int seconds in (int[])[10, 20, 35, 35])
        {
            Fail(lockout, "alice", 19);
            lockout.LockedFor("alice").ShouldBeNull();
            Fail(lockout, "alice", 1);
            lockout.LockedFor("alice").ShouldBe(TimeSpan.FromSeconds(seconds));
            Fail(lockout, "alice", 1_000);
            lockout.LockedFor("alice").ShouldBe(TimeSpan.FromSeconds(seconds));
            lockout.LockedFor("bob").ShouldBeNull();
            _time.Step(TimeSpan.FromSeconds(seconds));
            lockout.LockedFor("alice").ShouldBeNull();
        }

        _time.Step(TimeSpan.FromMinutes(3));
        Fail(lockout, "alice", 20);
        lockout.LockedFor("alice").ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_good_token_forgets_failures_but_ends_no_lock()
    {
        FailureLockout lockout = Make();
        Fail(lockout, "alice", 19);
        lockout.IdentityPassed("alice");
        Fail(lockout, "alice", 19);
        lockout.LockedFor("alice").ShouldBeNull();
        Fail(lockout, "alice", 1);
        lockout.IdentityPassed("alice");
        lockout.LockedFor("alice").ShouldNotBeNull();
    }

    [Fact]
    public void Failed_handshakes_lock_no_account()
    {
        FailureLockout lockout = Make();
        Fail(lockout, _peer, 10_000);
        lockout.LockedFor("alice").ShouldBeNull();
    }

    [Fact]
    public async Task The_gate_refuses_a_locked_account_says_until_when_and_lets_the_others_through()
    {
        using var edge = new EdgeTrust();
        FailureLockout lockout = Make();
        var gate = new LockoutGate(lockout, edge.Audit);
        Fail(lockout, "alice", 20);
        VerifiedClientCertificate certificate = edge.Verified(edge.Pki.Alice);
        int served = 0;
        DefaultHttpContext alice = await AskAsync("alice");
        alice.Response.StatusCode.ShouldBe(429);
        alice.Response.Headers.RetryAfter.ToString().ShouldBe("10");
        (await AskAsync("bob")).Response.StatusCode.ShouldBe(200);
        (await AskAsync(null)).Response.StatusCode.ShouldBe(200);
        served.ShouldBe(2);
        edge.Audit.Reasons.ShouldBe([AuditReasons.LockedOut]);

        async Task<DefaultHttpContext> AskAsync(string? name)
        {
            var context = new DefaultHttpContext();
            context.Features.Set<ICallerFeature>(name is null ? null : new Caller(certificate, new CertificateIdentity { Name = name }));
            await gate.InvokeAsync(context, _ =>
            {
                served++;
                return Task.CompletedTask;
            });
            return context;
        }
    }

    [Fact]
    public async Task A_valid_certificate_is_served_from_the_address_that_a_flood_of_bad_ones_comes_from()
    {
        using var edge = new EdgeTrust(static o => (o.Lockout.AddressFailures, o.Lockout.AddressDelay, o.Lockout.MaxAddressDelay) = (1, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20)));
        var lockout = new FailureLockout(Options.Create(edge.Options), edge.Proxies, TimeProvider.System);
        await using EdgeHost host = await EdgeHost.StartAsync(edge, static context => context.Response.WriteAsync("served"), lockout);
        for (int i = 0; i < 8; i++)
        {
            using HttpClient rogue = host.Client(edge.Pki.Rogue);
            await Should.ThrowAsync<HttpRequestException>(() => rogue.GetStringAsync("/", Token));
        }

        lockout.DelayOf(new IPEndPoint(IPAddress.Loopback, 1)).ShouldBe(TimeSpan.FromMilliseconds(20));
        using HttpClient alice = host.Client(edge.Pki.Alice);
        (await alice.GetStringAsync("/", Token)).ShouldBe("served");
    }

    private FailureLockout Make(Action<SallyportOptions>? configure = null)
    {
        using var edge = new EdgeTrust(options =>
        {
            (options.Lockout.AddressFailures, options.Lockout.AddressDelay, options.Lockout.MaxAddressDelay) = (20, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));
            configure?.Invoke(options);
        });
        return new FailureLockout(Options.Create(edge.Options), edge.Proxies, _time);
    }

    private static void Fail(FailureLockout lockout, EndPoint peer, int times)
    {
        for (int i = 0; i < times; i++)
        {
            lockout.HandshakeFailed(peer);
        }
    }

    private static void Fail(FailureLockout lockout, string identity, int times)
    {
        for (int i = 0; i < times; i++)
        {
            lockout.IdentityFailed(identity);
        }
    }

    private sealed class NoServices : IServiceProvider
    {
        public object? GetService(Type serviceType) => null;
    }

    private sealed record Caller(VerifiedClientCertificate Certificate, CertificateIdentity Identity) : ICallerFeature
    {
        public long IdentityEpoch => 1;

        public long TrustEpoch => 1;

        public bool IsForwarded { get; init; }
    }
}
