using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore.Tests.Authorization;

public sealed class RoutePoliciesTests : IAsyncLifetime
{
    private readonly GateLab _lab = new();
    private readonly RoutedHost _host;

    public RoutePoliciesTests()
    {
        _host = new RoutedHost(Map, _lab) { Callers = [_lab.Caller("alice", ["partners"], ["read"]), _lab.Caller("bob", [], ["read", "write"])] };
    }

    public ValueTask InitializeAsync() => new(_host.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _lab.Dispose();
    }

    [Theory]
    [InlineData("/anyone", 200, 200, 401)]
    [InlineData("/partners", 200, 403, 401)]
    [InlineData("/attribute", 200, 403, 401)]
    [InlineData("/group/inner", 200, 403, 401)]
    [InlineData("/notes/1", 200, 404, 401)]
    [InlineData("/notes/2", 404, 200, 401)]
    [InlineData("/notes/3", 404, 404, 401)]
    [InlineData("/health", 200, 200, 200)]
    [InlineData("/own", 200, 200, 401)]
    [InlineData("/nowhere", 404, 404, 404)]
    public async Task Lets_in_whom_the_route_names(string path, int alice, int bob, int nobody)
    {
        (await _host.StatusAsync(path, "caller: alice")).ShouldBe(alice);
        (await _host.StatusAsync(path, "caller: bob")).ShouldBe(bob);
        (await _host.StatusAsync(path)).ShouldBe(nobody);
    }

    [Theory]
    [InlineData("read", 200)]
    [InlineData("write read", 200)]
    [InlineData("reads", 403)]
    [InlineData("READ", 403)]
    public async Task A_token_needs_the_scope(string scopes, int expected) =>
        (await _host.StatusAsync("/token/read", "caller: alice", $"scope: {scopes}")).ShouldBe(expected);

    [Fact]
    public async Task A_token_must_be_there_bound_to_the_callers_certificate_current_and_within_the_accounts_scopes()
    {
        (await _host.StatusAsync("/token/read", "caller: alice")).ShouldBe(403);
        (await _host.StatusAsync("/token/read", "caller: alice", "scope: read", "bound-to: bob")).ShouldBe(403);
        (await _host.StatusAsync("/token/read", "caller: alice", "scope: read", "expired: yes")).ShouldBe(403);
        (await _host.StatusAsync("/token/write", "caller: alice", "scope: write")).ShouldBe(403);
        (await _host.StatusAsync("/token/write", "caller: bob", "scope: write")).ShouldBe(200);
    }

    [Fact]
    public async Task ASVS_8_3_2_A_role_that_was_taken_away_during_the_request_is_not_found_by_the_policy()
    {
        _lab.Caller("alice", ["demoted"]);
        (await _host.StatusAsync("/partners", "caller: alice")).ShouldBe(403);
        _lab.Caller("alice", ["partners"]);
        (await _host.StatusAsync("/partners", "caller: alice")).ShouldBe(200);
        _lab.Publish(_host.Callers[0].Certificate.Thumbprint);
        (await _host.StatusAsync("/partners", "caller: alice")).ShouldBe(403);
    }

    [Fact]
    public async Task What_is_not_yours_answers_like_what_is_not_there()
    {
        using var other = await _host.SendAsync(HttpMethod.Get, "/notes/2", "caller: alice");
        using var none = await _host.SendAsync(HttpMethod.Get, "/notes/3", "caller: alice");
        other.StatusCode.ShouldBe(none.StatusCode);
        (await other.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(await none.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        other.Headers.Select(header => header.Key).ShouldBe(none.Headers.Select(header => header.Key));
        _lab.Audit.Events.Select(happened => happened.Detail).ShouldBe(["NotAllowed: read of Note", "NotFound: read of Note"]);
        _lab.Audit.Events.ShouldAllBe(happened => happened.Reason == AuditReasons.PolicyRefused && happened.Identity == "alice" && happened.Route == "GET /notes/{id}");
    }

    [Fact]
    public async Task Who_is_refused_by_role_does_not_make_the_store_read()
    {
        (await _host.StatusAsync("/partners/notes/2", "caller: bob")).ShouldBe(403);
        _host.Notes.Reads.ShouldBe(0);
        (await _host.StatusAsync("/partners/notes/1", "caller: alice")).ShouldBe(200);
        _host.Notes.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task A_wrong_method_is_told_to_callers_only()
    {
        using var known = await _host.SendAsync(HttpMethod.Delete, "/anyone", "caller: alice");
        ((int)known.StatusCode).ShouldBe(405);
        known.Content.Headers.Allow.ShouldBe(["GET"]);
        using var unknown = await _host.SendAsync(HttpMethod.Delete, "/anyone");
        ((int)unknown.StatusCode).ShouldBe(403);
    }

    [Theory]
    [InlineData("Changed", "", 409)]
    [InlineData("Changed", "If-Match: \"1\"", 412)]
    [InlineData("NotFound", "", 404)]
    [InlineData("NotAllowed", "", 404)]
    [InlineData("NoCaller", "", 401)]
    [InlineData("IdentityLost", "", 403)]
    [InlineData("CertificateLost", "", 403)]
    [InlineData("NotAuthorized", "", 403)]
    [InlineData("Unchecked", "", 403)]
    public async Task A_refusal_at_the_moment_of_use_is_an_answer(string refusal, string header, int expected)
    {
        string[] headers = header.Length > 0 ? ["caller: alice", header] : ["caller: alice"];
        (await _host.StatusAsync($"/throws/{refusal}", headers)).ShouldBe(expected);
        (await _host.StatusAsync($"/throws/{refusal}?wrapped=true", headers)).ShouldBe(expected);
    }

    [Fact]
    public async Task Another_exception_is_not_swallowed() => (await _host.StatusAsync("/breaks", "caller: alice")).ShouldBe(500);

    [Fact]
    public async Task The_attributes_hold_where_only_their_policy_is_read()
    {
        // As hubs do: from the attribute, by its policy's name, with something else than a request.
        var policies = _host.Services.GetRequiredService<IAuthorizationPolicyProvider>();
        foreach (IAuthorizeData attribute in new IAuthorizeData[]
            { new RequireClientCertificateAttribute("partners"), new RequireBoundTokenAttribute("read"), new RequireResourceAttribute<Note>("id", Operations.Read) })
        {
            var policy = (await AuthorizationPolicy.CombineAsync(policies, [attribute])).ShouldNotBeNull();
            var authorization = _host.Services.GetRequiredService<IAuthorizationService>();
            (await authorization.AuthorizeAsync(new System.Security.Claims.ClaimsPrincipal(), new object(), policy)).Succeeded.ShouldBeFalse();
        }

        // Nor can the policy be written over beside it.
        IAuthorizeData altered = new RequireClientCertificateAttribute("partners") { Policy = "another" };
        altered.Policy.ShouldBe("Sallyport:client-certificate:partners");
    }

    [Fact]
    public void Nothing_blank_is_taken()
    {
        Should.Throw<ArgumentException>(() => new AllowWithoutClientCertificateAttribute(" "));
        Should.Throw<ArgumentException>(() => new RequireClientCertificateAttribute(""));
        Should.Throw<ArgumentException>(() => new RequireBoundTokenAttribute("two scopes"));
        Should.Throw<ArgumentException>(() => new RequireResourceAttribute<Note>("", Operations.Read));
        Should.Throw<ArgumentException>(() => new RequireResourceAttribute<Note>("id", ""));
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/anyone", () => "ok").RequireClientCertificate();
        app.MapGet("/partners", () => "ok").RequireClientCertificate("partners");
        app.MapGet("/attribute", [RequireClientCertificate("partners")] () => "ok");
        app.MapGroup("/group").RequireClientCertificate("partners").MapGet("/inner", () => "ok");
        app.MapGet("/token/read", () => "ok").RequireClientCertificate().RequireBoundToken("read");
        app.MapGet("/token/write", () => "ok").RequireBoundToken("write");
        app.MapGet("/notes/{id}", (string id) => id).RequireResource<Note>("id", Operations.Read);
        app.MapGet("/partners/notes/{id}", (string id) => id).RequireClientCertificate("partners").RequireResource<Note>("id", Operations.Read);
        app.MapGet("/health", () => "ok").AllowWithoutClientCertificate("liveness");
        app.MapGet("/own", () => "ok").RequireAuthorization();
        app.MapGet("/breaks", string () => throw new InvalidOperationException("broken")).RequireClientCertificate();
        app.MapGet("/throws/{refusal}", string (string refusal, bool wrapped = false) =>
        {
            var refused = new UseRefusedException(Enum.Parse<UseRefusal>(refusal), "test");
            throw wrapped ? new InvalidOperationException("wrapped", refused) : refused;
        }).RequireClientCertificate();
    }
}
