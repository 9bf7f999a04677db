using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Security.Claims;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore.Tests.Identity;

/// <summary>A real Kestrel whose connections are the lab's: the handler as the framework runs it.</summary>
public sealed class SallyportAuthenticationHandlerTests : IAsyncLifetime
{
    private readonly IdentityLab _lab = new();
    private readonly Trail _trail = new();
    private readonly InMemoryIdentityStore _store = new();
    private WebApplication? _app;
    private HttpClient? _client;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        builder.Services.AddAuthorization(options => options.FallbackPolicy = options.DefaultPolicy);
        builder.Services.AddSingleton<IAuditTrail>(_trail);
        builder.Services.AddSingleton(_lab.Trust);
        // The handler's own services only: the whole guard does not start on an endpoint that is not guarded.
        builder.Services.AddLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<CertificateJudge>();
        IdentityServices.AddIdentity(builder.Services);
        builder.Services.AddSallyportIdentityStore(_store);
        GuardedConnection? shared = null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
        {
            // Every connection of the test is alice's; the rules of the lab say whether she still counts.
            connection.Features.Set<IGuardedConnectionFeature>(new IdentityLab.Guarded(shared ??= Connect()));
            return next(connection);
        })));
        _app = builder.Build();
        _app.UseRouting();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapGet("/whoami", (HttpContext context) => $"{context.User.Identity?.Name} {string.Join(',', context.User.FindAll(ClaimTypes.Role).Select(claim => claim.Value))}");
        _app.MapGet("/admin", () => "secret").RequireAuthorization(policy => policy.RequireRole("admin"));
        _app.MapGet("/health", () => "up").AllowAnonymous();
        await _app.StartAsync(Cancel);
        string address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>().ShouldNotBeNull().Addresses.Single();
        _client = new HttpClient { BaseAddress = new Uri(address) };

        GuardedConnection Connect()
        {
            // The lab's clock stands still and the host's does not: a certificate of the real day.
            using var pki = new Sallyport.Lab.Pki.LabPki(TimeProvider.System);
            Certificates.Chain.TrustAnchor.TryRead(pki.ClientCa.Authority.Certificate.Span, out Certificates.Chain.TrustAnchor? anchor).ShouldBeTrue();
            _lab.Trust.Publish(
                new Certificates.Chain.ChainVerifier(
                    [anchor.ShouldNotBeNull()], [], new Certificates.Chain.ChainPolicy { Revocation = new Certificates.Revocation.RevocationPolicy { Mode = Certificates.Revocation.RevocationMode.Off } }),
                Certificates.Revocation.RevocationSnapshot.Empty);
            var judge = new CertificateJudge(_lab.Trust, TimeProvider.System);
            Judgement judgement = judge.Judge(pki.Alice.Forged.Leaf.Span, []);
            return new GuardedConnection("c", null, null, judgement.Verdict.ShouldBeOfType<Certificates.Chain.ChainVerdict.Verified>().Certificate, [], judgement.Epoch);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }

        _lab.Dispose();
    }

    [Fact]
    public async Task A_known_certificate_is_a_principal_with_its_roles()
    {
        await KnowAliceAsync(roles: "buyer");
        (await GetAsync("/whoami")).ShouldBe((HttpStatusCode.OK, "alice buyer"));
    }

    [Fact]
    public async Task A_certificate_of_nobody_gets_401_and_learns_nothing()
    {
        using HttpResponseMessage answer = await SendAsync("/whoami");
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/problem+json");
        answer.Headers.WwwAuthenticate.ShouldHaveSingleItem().Scheme.ShouldBe("Certificate");
        answer.Headers.CacheControl.ShouldNotBeNull().NoStore.ShouldBeTrue();
        (await answer.Content.ReadAsStringAsync(Cancel)).ShouldBe("{\"type\":\"about:blank\",\"title\":\"Unauthorized\",\"status\":401}");
    }

    [Fact]
    public async Task Every_refusal_looks_the_same_and_the_trail_has_the_reason()
    {
        string unmapped = await WholeAsync("/whoami");
        await KnowAliceAsync();
        await ChangeAsync(identity => identity with { IsEnabled = false });
        string disabled = await WholeAsync("/whoami");
        disabled.ShouldBe(unmapped);
        _trail.Reasons.ShouldBe([AuditReasons.IdentityUnmapped, AuditReasons.IdentitiesRead, AuditReasons.IdentitiesRead, AuditReasons.IdentityInactive]);
        AuditEvent last = _trail.Events.Last();
        (last.Kind, last.Identity, last.Route, last.Remote).ShouldBe((AuditKind.Refused, "alice", "GET /whoami", IPAddress.Loopback));
    }

    [Fact]
    public async Task A_known_certificate_without_the_role_gets_403_and_the_trail_has_the_name()
    {
        await KnowAliceAsync(roles: "buyer");
        (await GetAsync("/admin")).ShouldBe((HttpStatusCode.Forbidden, "{\"type\":\"about:blank\",\"title\":\"Forbidden\",\"status\":403}"));
        _trail.Reasons.ShouldBe([AuditReasons.IdentitiesRead, AuditReasons.PolicyRefused]);
        AuditEvent last = _trail.Events.Last();
        (last.Reason, last.Identity, last.Route).ShouldBe((AuditReasons.PolicyRefused, "alice", "GET /admin"));
    }

    [Fact]
    public async Task X7_An_identity_that_was_disabled_is_refused_on_the_open_connection()
    {
        await KnowAliceAsync(roles: "admin");
        (await GetAsync("/admin")).Status.ShouldBe(HttpStatusCode.OK);
        await ChangeAsync(identity => identity with { Roles = [] });
        (await GetAsync("/admin")).Status.ShouldBe(HttpStatusCode.Forbidden);
        await ChangeAsync(identity => identity with { IsEnabled = false });
        (await GetAsync("/admin")).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_endpoint_that_lets_everybody_in_answers_nobody_too_and_records_no_refusal()
    {
        (await GetAsync("/health")).ShouldBe((HttpStatusCode.OK, "up"));
        _trail.Events.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refusal_that_cannot_be_recorded_is_still_a_refusal()
    {
        _trail.Fails = true;
        (await GetAsync("/whoami")).Status.ShouldBe(HttpStatusCode.InternalServerError);
    }

    [Fact]
    public async Task A_HEAD_request_is_refused_without_a_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/nowhere");
        using HttpResponseMessage answer = await _client.ShouldNotBeNull().SendAsync(request, Cancel);
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Content.Headers.ContentLength.ShouldBe(58);
        (await answer.Content.ReadAsByteArrayAsync(Cancel)).ShouldBeEmpty();
    }

    private async Task KnowAliceAsync(params string[] roles)
    {
        await RefreshedAsync(() => _store.Add(new CertificateIdentity
        {
            Name = "alice",
            Matches = [new CertificateMatch.AlternativeName(new Certificates.GeneralName.Dns("alice.client.test"))],
            Roles = [.. roles],
        }));
    }

    private async Task ChangeAsync(Func<CertificateIdentity, CertificateIdentity> change)
    {
        CertificateIdentity now = (await _store.ReadAsync(Cancel)).Identities.Single();
        await RefreshedAsync(() => _store.Replace(change(now)));
    }

    /// <summary>Changes the store and returns when the guard has taken notice.</summary>
    private async Task RefreshedAsync(Action change)
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long before = await _store.ReadEpochAsync(Cancel);
        _app.ShouldNotBeNull().Services.GetRequiredService<IIdentityDirectory>().Subscribe(epoch =>
        {
            if (epoch > before)
            {
                seen.TrySetResult();
            }
        });
        change();
        await seen.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    private Task<HttpResponseMessage> SendAsync(string path) => _client.ShouldNotBeNull().GetAsync(new Uri(path, UriKind.Relative), Cancel);

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using HttpResponseMessage answer = await SendAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>Everything that a peer sees but the date.</summary>
    private async Task<string> WholeAsync(string path)
    {
        using HttpResponseMessage answer = await SendAsync(path);
        answer.Headers.Date = null;
        return $"{(int)answer.StatusCode}\n{answer.Headers}{answer.Content.Headers}\n{await answer.Content.ReadAsStringAsync(Cancel)}";
    }

    private sealed class Trail : IAuditTrail
    {
        private readonly ConcurrentQueue<AuditEvent> _events = new();

        public bool Fails { get; set; }

        public IReadOnlyCollection<AuditEvent> Events => _events;

        public IEnumerable<string> Reasons => _events.Select(happened => happened.Reason);

        public void Note(AuditEvent happened) => _events.Enqueue(happened);

        public ValueTask RecordAsync(AuditEvent happened, CancellationToken cancellationToken)
        {
            if (Fails)
            {
                throw new InvalidOperationException("The disk is full.");
            }

            _events.Enqueue(happened);
            return default;
        }
    }
}
