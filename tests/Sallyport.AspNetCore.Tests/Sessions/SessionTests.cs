using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tests.Tokens;

namespace Sallyport.AspNetCore.Tests.Sessions;

public sealed class SessionTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly Callers _callers;
    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow());
    private readonly RecordingAudit _audit = new();
    private readonly ServiceProvider _services;

    public SessionTests(TokenRefusalTests.Shared shared)
    {
        _callers = shared.Callers;
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddSingleton<IAuditTrail>(_audit);
        services.AddOptions<SallyportOptions>().Configure(options =>
        {
            options.Sessions.AbsoluteTimeout = TimeSpan.FromDays(2);
            options.Sessions.MaxPerIdentity = 3;
        });
        services.AddSingleton<ILockout, CountedFailures>();
        services.AddSessions();
        _services = services.BuildServiceProvider();
    }

    [Fact]
    public async Task An_unused_session_ends()
    {
        string cookie = await SignInAsync(_callers.Alice);
        _clock.Advance(TimeSpan.FromMinutes(14));
        (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMinutes(14));
        (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMinutes(15));
        (await SessionAsync(cookie, _callers.Alice)).ShouldBeNull();
        _audit.LastReason.ShouldBe("session.refused:idle");
        (await SessionAsync(cookie, _callers.Alice)).ShouldBeNull();
        _audit.LastReason.ShouldBe("session.refused:unknown"); // ended on the server
    }

    [Fact]
    public async Task No_session_outlives_its_certificate()
    {
        string cookie = await SignInAsync(_callers.Alice);
        BoundSession session = (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull();
        session.EndsAt.ShouldBe(_callers.Alice.Certificate.ValidUntil);
        while (_clock.GetUtcNow() + TimeSpan.FromMinutes(10) < session.EndsAt)
        {
            (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull();
            _clock.Advance(TimeSpan.FromMinutes(10));
        }

        (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull();
        _clock.Advance(TimeSpan.FromMinutes(10));
        (await SessionAsync(cookie, _callers.Alice)).ShouldBeNull();
        _audit.LastReason.ShouldBe("session.refused:expired");
    }

    [Fact]
    public async Task A_change_of_the_identity_ends_its_sessions()
    {
        string cookie = await SignInAsync(_callers.Alice);
        (await SessionAsync(cookie, _callers.Caller(_callers.Pki.Alice, "alice", version: 2))).ShouldBeNull();
        _audit.LastReason.ShouldBe("session.refused:identity-changed");
        (await SessionAsync(cookie, _callers.Alice)).ShouldBeNull();
    }

    [Fact]
    public async Task A_session_is_of_one_identity_and_one_certificate()
    {
        string cookie = await SignInAsync(_callers.Alice);
        (await SessionAsync(cookie, _callers.Bob)).ShouldBeNull();
        (await SessionAsync(cookie, _callers.Caller(_callers.Pki.Bob, "alice"))).ShouldBeNull();
        (await SessionAsync(cookie, _callers.Caller(_callers.Pki.Alice, "bob"))).ShouldBeNull();
        (await SessionAsync(cookie, _callers.Caller(_callers.Pki.Client("alice"), "alice"))).ShouldBeNull();
        (await SessionAsync(cookie, null)).ShouldBeNull();
        (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull(); // and who tried could not end it
    }

    [Fact]
    public async Task An_identity_has_a_limited_number_of_sessions_and_can_end_them_all()
    {
        var cookies = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            cookies.Add(await SignInAsync(_callers.Alice));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        string bob = await SignInAsync(_callers.Bob);
        (await SessionAsync(cookies[0], _callers.Alice)).ShouldBeNull();
        foreach (string cookie in cookies[1..])
        {
            (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull();
        }

        (await _services.GetRequiredService<ISallyportSessions>().EndAllAsync("alice", TestContext.Current.CancellationToken)).ShouldBe(3);
        foreach (string cookie in cookies)
        {
            (await SessionAsync(cookie, _callers.Alice)).ShouldBeNull();
        }

        (await SessionAsync(bob, _callers.Bob)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_session_that_was_ended_while_it_was_used_stays_ended()
    {
        IBoundSessionStore store = _services.GetRequiredService<IBoundSessionStore>();
        string cookie = await SignInAsync(_callers.Alice);
        string key = (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull().Key;
        await store.RemoveAsync(key, TestContext.Current.CancellationToken);
        await store.TouchAsync(key, _clock.GetUtcNow().AddMinutes(1), TestContext.Current.CancellationToken);
        (await store.FindAsync(key, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task The_store_never_sees_the_cookie()
    {
        string cookie = await SignInAsync(_callers.Alice);
        BoundSession session = (await SessionAsync(cookie, _callers.Alice)).ShouldNotBeNull();
        session.ToString().ShouldNotContain(cookie);
        (await SessionAsync(session.Key, _callers.Alice)).ShouldBeNull();
    }

    [Fact]
    public async Task Two_cookies_of_the_name_or_another_spelling_are_no_session()
    {
        string cookie = await SignInAsync(_callers.Alice);
        (await SessionOfAsync($"a=b; {SessionCookie.Name}={cookie}; c", _callers.Alice)).ShouldNotBeNull();
        string[] lines =
        [
            $"{SessionCookie.Name}={cookie}; {SessionCookie.Name}={cookie}", $"{SessionCookie.Name}=x; {SessionCookie.Name}={cookie}", $"__host-sallyport={cookie}",
            $"{SessionCookie.Name} ={cookie}", $"{SessionCookie.Name}=\"{cookie}\"", $"{SessionCookie.Name}={cookie}=", $"{SessionCookie.Name}={cookie},", $"x{SessionCookie.Name}={cookie}",
        ];
        foreach (string line in lines)
        {
            (await SessionOfAsync(line, _callers.Alice)).ShouldBeNull(line);
        }

        (await SessionOfAsync(new StringValues([$"{SessionCookie.Name}={cookie}", $"{SessionCookie.Name}={cookie}"]), _callers.Alice)).ShouldBeNull();
    }

    [Fact]
    public async Task Nobody_signs_in_without_a_certificate()
    {
        ISallyportSessions sessions = _services.GetRequiredService<ISallyportSessions>();
        await Should.ThrowAsync<InvalidOperationException>(() => sessions.SignInAsync(new DefaultHttpContext(), [], TestContext.Current.CancellationToken));
    }

    [Fact]
    public void No_octets_in_Cookie_make_it_throw_or_are_a_session() =>
        Prop.ForAll<byte[][]>(lines =>
        {
            string[] texts = [.. (lines ?? []).Select(line => Encoding.Latin1.GetString(line ?? []))];
            string[] named = [.. texts.Select(text => $"{SessionCookie.Name}={text}")];
            return Nothing(texts) && Nothing(named);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Limits_are_limits()
    {
        var options = new BoundSessionOptions();
        (options.IdleTimeout, options.AbsoluteTimeout, options.SameSiteStrict).ShouldBe((TimeSpan.FromMinutes(15), TimeSpan.FromHours(8), false));
        Should.Throw<ArgumentOutOfRangeException>(() => options.IdleTimeout = TimeSpan.Zero);
        Should.Throw<ArgumentOutOfRangeException>(() => options.AbsoluteTimeout = TimeSpan.FromDays(31));
        Should.Throw<ArgumentOutOfRangeException>(() => options.MaxPerIdentity = 0);
    }

    public void Dispose() => _services.Dispose();

    private bool Nothing(string[] lines)
    {
        Task<BoundSession?> session = SessionOfAsync(new StringValues(lines), _callers.Alice);
        return session.IsCompletedSuccessfully && session.GetAwaiter().GetResult() is null;
    }

    private async Task<string> SignInAsync(ICallerFeature caller)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Features.Set(caller);
        await context.SignInSallyportAsync();
        context.Response.Headers.CacheControl.ToString().ShouldBe("no-store");
        return context.Response.Headers.SetCookie.ToString().Split(';')[0].Split('=')[1];
    }

    private Task<BoundSession?> SessionAsync(string cookie, ICallerFeature? caller) => SessionOfAsync($"{SessionCookie.Name}={cookie}", caller);

    private async Task<BoundSession?> SessionOfAsync(StringValues lines, ICallerFeature? caller)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Headers.Cookie = lines;
        context.Features.Set(caller);
        bool served = false;
        await _services.GetRequiredService<SessionGate>().InvokeAsync(context, _ =>
        {
            served = true;
            return Task.CompletedTask;
        });
        served.ShouldBeTrue();
        return context.Features.Get<IBoundSessionFeature>()?.Session;
    }
}
