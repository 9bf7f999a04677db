using System;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Tokens;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Every shape of the catalogue's BIND rows that a token has.</summary>
public sealed class BindingTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly Callers _callers;
    private readonly TokenLab _lab;

    public BindingTests(TokenRefusalTests.Shared shared)
    {
        _callers = shared.Callers;
        _lab = new TokenLab(_callers);
    }

    [Fact]
    public async Task BIND_001_A_token_with_another_certificate_is_refused()
    {
        string token = _lab.Token();
        (await _lab.SendAsync(token, _callers.Alice)).Served.ShouldBeTrue();
        await _lab.ShouldRefuseAsync(token, _callers.Bob, "bound-to-another");

        // Even where the other certificate is an account of the same name.
        await _lab.ShouldRefuseAsync(token, _callers.Caller(_callers.Pki.Bob, "alice"), "bound-to-another");
    }

    [Fact]
    public async Task BIND_002_A_bound_token_on_an_unbound_path_is_refused()
    {
        foreach (string token in (string[])[_lab.Token(), _lab.Token(("cnf", null)), "no-token"])
        {
            TokenLab.Answer answer = await _lab.SendAsync(token, null, new TokenLab.Open());
            (answer.Served, answer.Status, answer.Challenge).ShouldBe((false, 401, "Bearer error=\"invalid_token\""));
            answer.Reason.ShouldBe("token.refused:unbound-path");
        }
    }

    [Fact]
    public async Task BIND_003_A_certificate_alone_is_refused_where_both_are_asked()
    {
        TokenLab.Answer answer = await _lab.SendLinesAsync(StringValues.Empty, _callers.Alice, new TokenLab.Demand("read"));
        (answer.Served, answer.Status, answer.Challenge).ShouldBe((false, 401, "Bearer"));
        (await _lab.SendLinesAsync(StringValues.Empty, _callers.Alice)).Served.ShouldBeTrue();
    }

    [Fact]
    public async Task BIND_004_BIND_005_Without_a_known_certificate_no_token_is_read_and_no_answer_tells_of_one()
    {
        // Authorization answers, for the certificate; what counts is that good and bad tokens look the same and neither is taken.
        foreach (string token in (string[])[_lab.Token(), _lab.Token(("exp", 1)), "garbage"])
        {
            TokenLab.Answer open = await _lab.SendAsync(token, null);
            (open.Token, open.Challenge, open.Reason).ShouldBe((null, "", null));
            TokenLab.Answer demanding = await _lab.SendAsync(token, null, new TokenLab.Demand("read"));
            (demanding.Served, demanding.Status, demanding.Challenge).ShouldBe((false, 403, ""));
        }
    }

    [Fact]
    public async Task BIND_006_A_thumbprint_has_one_spelling()
    {
        string right = _callers.Alice.Certificate.Thumbprint.ToString();
        string[] wrong =
        [
            "", right.ToUpperInvariant(), right.ToLowerInvariant(), right + "=", right + " ", right[..42], right + "A", _callers.Alice.Certificate.Thumbprint.ToHex(),
            Convert.ToBase64String(Convert.FromHexString(_callers.Alice.Certificate.Thumbprint.ToHex())),
        ];
        foreach (string spelling in wrong)
        {
            TokenLab.Answer answer = await _lab.SendAsync(_lab.Token(("cnf", new JsonObject { ["x5t#S256"] = spelling })), _callers.Alice);
            answer.Served.ShouldBeFalse(spelling);
            answer.Reason.ShouldBeOneOf("token.refused:confirmation-not-understood", "token.refused:bound-to-another");
        }
    }

    [Fact]
    public async Task BIND_006_A_confirmation_that_is_not_only_the_thumbprint_is_refused()
    {
        string right = _callers.Alice.Certificate.Thumbprint.ToString();
        JsonNode?[] wrong =
        [
            new JsonObject(), new JsonObject { ["jkt"] = right }, new JsonObject { ["x5t#S256"] = right, ["jkt"] = right },
            new JsonObject { ["x5t#S256"] = right, ["kid"] = "x" }, new JsonObject { ["x5t#s256"] = right }, new JsonObject { ["x5t"] = right },
            new JsonObject { ["x5t#S256"] = new JsonArray(right) }, new JsonArray(new JsonObject { ["x5t#S256"] = right }), JsonValue.Create(right), JsonValue.Create(1),
        ];
        foreach (JsonNode? confirmation in wrong)
        {
            await _lab.ShouldRefuseAsync(_lab.Token(("cnf", confirmation)), "confirmation-not-understood");
        }

        await _lab.ShouldRefuseAsync(_lab.Forge.Sign(TokenForge.Header().ToJsonString(), _lab.Claims(("cnf", null)).ToJsonString()[..^1] + ",\"cnf\":null}"), "confirmation-not-understood");
    }

    [Fact]
    public async Task BIND_006_A_token_without_confirmation_is_refused_where_binding_is_required()
    {
        await _lab.ShouldRefuseAsync(_lab.Token(("cnf", null)), "unbound");
        using var lenient = new TokenLab(_callers, options => options.Tokens.Binding = TokenBinding.WhenPresent);
        string unbound = lenient.Token(("cnf", null));
        TokenLab.Answer answer = await lenient.SendAsync(unbound, _callers.Alice);
        (answer.Served, answer.Token?.IsBound).ShouldBe((true, false));
        answer.Context.Features.Get<IBoundTokenFeature>().ShouldBeNull();
        (await lenient.SendAsync(unbound, _callers.Alice, new TokenLab.Demand("read"))).Reason.ShouldBe("token.refused:unbound");
        await lenient.ShouldRefuseAsync(lenient.Token(), _callers.Bob, "bound-to-another"); // what it says is held to all the same
    }

    [Fact]
    public async Task BIND_007_A_token_of_another_subject_is_refused()
    {
        await _lab.ShouldRefuseAsync(_lab.Token(("sub", "bob"), ("client_id", "bob")), "subject-mismatch");
        await _lab.ShouldRefuseAsync(_lab.Token(("sub", "Alice"), ("client_id", null)), "subject-mismatch");
        (await _lab.SendAsync(_lab.Token(("sub", "carol")), _callers.Alice)).Token.ShouldNotBeNull().Subject.ShouldBe("carol"); // a user's token at alice's client
    }

    [Fact]
    public async Task BIND_007_The_application_may_say_whose_token_it_is()
    {
        using var mapped = new TokenLab(_callers, options => options.Tokens.SubjectMatches = (token, identity) => token.Subject == "user-7" && identity.Name == "alice");
        (await mapped.SendAsync(mapped.Token(("sub", "user-7")), _callers.Alice)).Served.ShouldBeTrue();
        await mapped.ShouldRefuseAsync(mapped.Token(), "subject-mismatch");
    }

    [Fact]
    public async Task BIND_009_The_renewed_certificate_of_an_account_needs_a_new_token()
    {
        LabIdentity renewed = _callers.Pki.Client("alice");
        await _lab.ShouldRefuseAsync(_lab.Token(), _callers.Caller(renewed, "alice"), "bound-to-another");
    }

    [Fact]
    public async Task What_was_proved_is_on_the_features_for_authorization()
    {
        TokenLab.Answer answer = await _lab.SendAsync(_lab.Token(), _callers.Alice);
        IBoundTokenFeature bound = answer.Context.Features.Get<IBoundTokenFeature>().ShouldNotBeNull();
        bound.BoundTo.ShouldBe(_callers.Alice.Certificate.Thumbprint);
        bound.Scopes.ShouldBe(["read"]);
        answer.Context.User.FindFirst("jti")?.Value.ShouldBe("t-1");
        answer.Context.User.Identity?.Name.ShouldBe("alice");
        answer.Token.ShouldNotBeNull().TryGetClaim("cnf", out _).ShouldBeTrue();
    }

    public void Dispose() => _lab.Dispose();
}
