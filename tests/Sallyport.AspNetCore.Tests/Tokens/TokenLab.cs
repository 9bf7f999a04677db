using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Claims;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>The token gate with its real services, keys put in, and a clock of the test's.</summary>
internal sealed class TokenLab : IDisposable
{
    private readonly ServiceProvider _services;

    public TokenLab(Callers callers, Action<SallyportOptions>? configure = null)
    {
        Callers = callers;
        Clock = new ManualClock(TimeProvider.System.GetUtcNow());
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton<IAuditTrail>(Audit);
        services.AddOptions<SallyportOptions>().Configure(options =>
        {
            options.Tokens.AddIssuer(TokenForge.Issuer, issuer =>
            {
                issuer.Audiences.Add(TokenForge.Audience);
                issuer.KeyUrl = new Uri(TokenForge.Issuer + "/keys");
            });
            configure?.Invoke(options);
        });
        services.AddSingleton<ILockout>(Failures);
        services.AddTokens();
        _services = services.BuildServiceProvider();
        Issuers = _services.GetRequiredService<TokenIssuers>();
        Publish(Forge.PublicKey());
    }

    public Callers Callers { get; }

    public TokenForge Forge { get; } = new();

    public CountedFailures Failures { get; } = new();

    public ManualClock Clock { get; }

    public RecordingAudit Audit { get; } = new();

    public TokenIssuers Issuers { get; }

    public ITokenDenyList DenyList => _services.GetRequiredService<ITokenDenyList>();

    public void Publish(params JsonObject[] keys)
    {
        var read = JsonWebKeys.Read(TokenForge.KeySet(keys), out string? problem);
        problem.ShouldBeNull();
        Issuers.All[0].Publish(new KeySet(read, Clock.GetUtcNow()));
    }

    public JsonObject Claims(params (string Name, JsonNode? Value)[] changes) => TokenForge.Claims(Callers.Alice, Clock.GetUtcNow(), changes);

    public string Token(params (string Name, JsonNode? Value)[] changes) => Forge.Sign(TokenForge.Header(), Claims(changes));

    public Task<Answer> SendAsync(string token, ICallerFeature? caller, params object[] metadata) =>
        SendLinesAsync(new StringValues("Bearer " + token), caller, metadata);

    public async Task<Answer> SendLinesAsync(StringValues authorization, ICallerFeature? caller, params object[] metadata)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        if (authorization.Count > 0)
        {
            context.Request.Headers.Authorization = authorization;
        }

        if (caller is not null)
        {
            context.Features.Set(caller);
            context.User = new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.Name, caller.Identity.Name), .. caller.Identity.Scopes.Select(scope => new Claim("scope", scope))], "Certificate"));
        }

        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(metadata), "test"));
        int before = Audit.Events.Length;
        bool served = false;
        await _services.GetRequiredService<TokenGate>().InvokeAsync(context, _ =>
        {
            served = true;
            return Task.CompletedTask;
        });
        string? reason = Audit.Events.Length > before ? Audit.LastReason : null;
        return new Answer(served, context.Response.StatusCode, context.Response.Headers.WWWAuthenticate.ToString(), context.Features.Get<ITokenFeature>(), context, reason);
    }

    public async Task ShouldRefuseAsync(string token, string reason) => await ShouldRefuseAsync(token, Callers.Alice, reason);

    public async Task ShouldRefuseAsync(string token, ICallerFeature caller, string reason)
    {
        Answer answer = await SendAsync(token, caller);
        answer.Reason.ShouldBe("token.refused:" + reason);
        answer.Served.ShouldBeFalse();
        answer.Status.ShouldBe(401);
        answer.Challenge.ShouldBe("Bearer error=\"invalid_token\"");
        answer.Token.ShouldBeNull();
    }

    public void Dispose()
    {
        _services.Dispose();
        Forge.Dispose();
    }

    internal sealed record Answer(bool Served, int Status, string Challenge, ITokenFeature? Token, HttpContext Context, string? Reason)
    {
        public IEnumerable<string> Scopes => Context.User.FindAll("scope").Select(claim => claim.Value);
    }

    internal sealed record Demand(string Scope) : IBoundTokenMetadata;

    internal sealed class Open : IAllowAnonymous;
}
