using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Tests.Authorization;

public sealed class UseGateTests : IDisposable
{
    private readonly GateLab _lab = new();
    private readonly Notes _notes = new();
    private readonly ServiceProvider _services;
    private readonly IServiceScope _scope;

    public UseGateTests()
    {
        var services = new ServiceCollection();
        _lab.AddTo(services);
        services.AddSingleton<IResourcePolicy<Note>>(_notes).AddSingleton<IResourceSource<Note>>(_notes);
        _services = services.BuildServiceProvider(validateScopes: true);
        _scope = _services.CreateScope();
    }

    private IResourceAuthorizer Authorizer => _scope.ServiceProvider.GetRequiredService<IResourceAuthorizer>();

    private IResourceGuard Guard => _scope.ServiceProvider.GetRequiredService<IResourceGuard>();

    [Fact]
    public void Grants_to_the_owner_and_to_nobody_else()
    {
        var alice = _lab.Caller("alice");
        var grant = Authorizer.Authorize(alice, new Note("alice"), Operations.Update);
        grant.Resource.Owner.ShouldBe("alice");
        grant.Identity.Name.ShouldBe("alice");
        grant.Operation.ShouldBe(Operations.Update);

        Authorizer.TryAuthorize(alice, new Note("bob"), Operations.Update, out _, out var refusal).ShouldBeFalse();
        refusal.ShouldBe(UseRefusal.NotAllowed);
        Should.Throw<UseRefusedException>(() => { Authorizer.Authorize(null, new Note("bob"), Operations.Update); }).Refusal.ShouldBe(UseRefusal.NoCaller);
        _lab.Audit.Events.Select(happened => (happened.Kind, happened.Reason, happened.Identity))
            .ShouldBe([(AuditKind.Refused, "policy.refused:NotAllowed", "alice"), (AuditKind.Refused, "policy.refused:NoCaller", null)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ASVS_8_3_2_A_right_that_was_lost_since_the_request_began_is_not_granted(bool isForwarded)
    {
        var alice = _lab.Caller("alice", isForwarded: isForwarded);
        Refusal(alice).ShouldBeNull();

        _lab.Publish();
        Refusal(alice).ShouldBeNull();
        _lab.Publish(alice.Certificate.Thumbprint);
        Refusal(alice).ShouldBe(UseRefusal.CertificateLost);
        _lab.Publish();
        Refusal(alice).ShouldBeNull();

        _lab.Clock.Ahead = TimeSpan.FromDays(400);
        Refusal(alice).ShouldBe(UseRefusal.CertificateLost);
        _lab.Clock.Ahead = TimeSpan.Zero;

        foreach (var answer in new IdentityAnswer[] { new IdentityAnswer.Inactive("alice"), new IdentityAnswer.Stale(), new IdentityAnswer.Unmapped(), new IdentityAnswer.Ambiguous() })
        {
            _lab.Directory.Instead = answer;
            Refusal(alice).ShouldBe(UseRefusal.IdentityLost);
        }

        _lab.Directory.Instead = new IdentityAnswer.Known(alice.Identity with { NotAfter = _lab.Clock.GetUtcNow().AddSeconds(-1) }, 9);
        Refusal(alice).ShouldBe(UseRefusal.IdentityLost);
        _lab.Directory.Instead = new IdentityAnswer.Known(alice.Identity with { Name = "mallory" }, 9);
        Refusal(alice).ShouldBe(UseRefusal.IdentityLost);
    }

    [Fact]
    public void The_connection_counts_too()
    {
        var alice = _lab.Caller("alice");
        var bob = _lab.Caller("bob");
        var context = alice.Calls(_scope.ServiceProvider);
        context.Features.Set<IGuardedConnectionFeature>(new ConnectionOf(_lab.Connection(alice)));
        Refusal(alice).ShouldBeNull();
        _lab.Publish();
        Refusal(alice).ShouldBeNull();

        // Somebody else's connection, and nobody forwards.
        context.Features.Set<IGuardedConnectionFeature>(new ConnectionOf(_lab.Connection(bob)));
        Refusal(alice).ShouldBe(UseRefusal.CertificateLost);

        // A proxy's, which forwards; until it is denied itself.
        var forwarded = alice with { IsForwarded = true };
        Refusal(forwarded).ShouldBeNull();
        _lab.Publish(bob.Certificate.Thumbprint);
        Refusal(forwarded).ShouldBe(UseRefusal.CertificateLost);
        _lab.Publish(alice.Certificate.Thumbprint);
        Refusal(forwarded).ShouldBe(UseRefusal.CertificateLost);
    }

    [Fact]
    public async Task Work_gets_the_resource_as_it_is_stored_and_what_was_decided_by()
    {
        var alice = _lab.Caller("alice");
        alice.Calls(_scope.ServiceProvider);
        var stamp = await Guard.ExecuteAsync<Note, UseStamp>(
            "1", Operations.Update, (use, _) => Task.FromResult(use.Stamp), TestContext.Current.CancellationToken);
        stamp.ShouldBe(new UseStamp
        {
            ResourceType = typeof(Note),
            Key = "1",
            Operation = Operations.Update,
            ResourceVersion = "v1",
            Identity = "alice",
            IdentityVersion = alice.Identity.Version,
            TrustEpoch = 1,
        });
    }

    [Theory]
    [InlineData("2", UseRefusal.NotAllowed)]
    [InlineData("3", UseRefusal.NotFound)]
    public async Task Work_is_not_begun_with_what_is_not_yours_or_not_there(string key, UseRefusal expected)
    {
        _lab.Caller("alice").Calls(_scope.ServiceProvider);
        (await RefusalOfAsync(key)).ShouldBe(expected);
    }

    [Fact]
    public async Task Who_has_no_standing_costs_the_store_nothing()
    {
        var alice = _lab.Caller("alice");
        alice.Calls(_scope.ServiceProvider);
        _lab.Publish(alice.Certificate.Thumbprint);
        (await RefusalOfAsync("1")).ShouldBe(UseRefusal.CertificateLost);
        _services.GetRequiredService<CurrentRequest>().Context = null;
        (await RefusalOfAsync("1")).ShouldBe(UseRefusal.NoCaller);
        _notes.Reads.ShouldBe(0);
    }

    [Fact]
    public void Before_trust_is_loaded_nobody_stands()
    {
        using var other = new GateLab();
        var caller = other.Caller("alice");
        var nothing = new Sallyport.AspNetCore.Trust.TrustHolder(other.Clock);
        var standing = new CallerStanding(other.Directory, nothing, new Sallyport.AspNetCore.Trust.CertificateJudge(nothing, other.Clock), other.Clock);
        standing.Of(new Bearer(caller, null)).Holds.ShouldBeFalse();
    }

    public void Dispose()
    {
        _scope.Dispose();
        _services.Dispose();
        _lab.Dispose();
    }

    private UseRefusal? Refusal(GateLab.TestCaller caller)
    {
        Authorizer.TryAuthorize(caller, new Note("alice"), Operations.Update, out _, out var refusal);
        return refusal;
    }

    private async Task<UseRefusal> RefusalOfAsync(string key) => (await Should.ThrowAsync<UseRefusedException>(() => Guard.ExecuteAsync<Note, int>(
        key, Operations.Update, (_, _) => throw new InvalidOperationException("the work was begun"), TestContext.Current.CancellationToken))).Refusal;

    private sealed record ConnectionOf(GuardedConnection Connection) : IGuardedConnectionFeature;
}
