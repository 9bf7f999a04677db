using System;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>Which refused tokens count against the account of the certificate that they came with.</summary>
public sealed class TokenLockoutTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly Callers _callers;
    private readonly TokenLab _lab;

    public TokenLockoutTests(TokenRefusalTests.Shared shared)
    {
        _callers = shared.Callers;
        _lab = new TokenLab(_callers);
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_gateway_is_not_locked_by_the_genuine_tokens_of_its_users()
    {
        string[] others =
        [
            _lab.Token(),
            _lab.Token(("sub", "carol"), ("client_id", "carol")),
            _lab.Token(("exp", 1)),
            _lab.Token(("aud", "https://other.example")),
            _lab.Token(("cnf", null)),
        ];
        foreach (string token in others)
        {
            (await _lab.SendAsync(token, _callers.Bob)).Served.ShouldBeFalse();
        }

        (await _lab.SendAsync(_lab.Token(("sub", "carol"), ("client_id", "carol")), _callers.Alice)).Reason.ShouldBe("token.refused:subject-mismatch");
        _lab.Failures.Failed.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_that_no_issuer_made_counts_against_who_sent_it()
    {
        string genuine = _lab.Token();
        string forged = genuine[..(genuine.LastIndexOf('.') + 1)] + new string('A', 86);
        string none = _lab.Forge.Sign(TokenForge.Header(("alg", "none")), _lab.Claims());
        string fetching = _lab.Forge.Sign(TokenForge.Header(("jku", "https://evil.example/keys")), _lab.Claims());
        foreach (string token in (string[])[forged, none, fetching])
        {
            (await _lab.SendAsync(token, _callers.Alice)).Served.ShouldBeFalse();
        }

        _lab.Failures.Failed.ShouldBe(["alice", "alice", "alice"]);
    }

    [Fact]
    public async Task A_forged_token_without_a_verified_certificate_counts_against_nobody()
    {
        string genuine = _lab.Token();
        await _lab.SendAsync(genuine[..(genuine.LastIndexOf('.') + 1)] + new string('A', 86), null);
        _lab.Failures.Failed.ShouldBeEmpty();
    }
}
