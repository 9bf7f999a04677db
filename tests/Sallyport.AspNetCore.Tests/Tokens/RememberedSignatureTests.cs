using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Tests.Tokens;

/// <summary>What is remembered is a fact; every decision is made again.</summary>
public sealed class RememberedSignatureTests : IClassFixture<TokenRefusalTests.Shared>, IDisposable
{
    private readonly TokenLab _lab;

    public RememberedSignatureTests(TokenRefusalTests.Shared shared) => _lab = new TokenLab(shared.Callers);

    [Fact]
    public async Task A_key_that_is_withdrawn_takes_its_tokens_along()
    {
        string token = _lab.Token();
        (await _lab.SendAsync(token, _lab.Callers.Alice)).Served.ShouldBeTrue();
        using var next = new TokenForge();
        _lab.Publish(next.PublicKey(("kid", "k2")));
        await _lab.ShouldRefuseAsync(token, "key-unknown");
    }

    [Fact]
    public async Task Another_key_of_the_same_name_is_asked_again()
    {
        string token = _lab.Token();
        (await _lab.SendAsync(token, _lab.Callers.Alice)).Served.ShouldBeTrue();
        using var next = new TokenForge();
        _lab.Publish(next.PublicKey());
        await _lab.ShouldRefuseAsync(token, "signature-wrong");
        _lab.Publish(_lab.Forge.PublicKey());
        (await _lab.SendAsync(token, _lab.Callers.Alice)).Served.ShouldBeTrue();
    }

    [Fact]
    public async Task Keys_that_are_too_old_count_no_more()
    {
        _lab.Clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromMinutes(1));
        await _lab.ShouldRefuseAsync(_lab.Token(), "keys-missing");
    }

    [Fact]
    public async Task The_same_token_is_judged_by_the_caller_each_time()
    {
        string token = _lab.Token();
        for (int turn = 0; turn < 3; turn++)
        {
            (await _lab.SendAsync(token, _lab.Callers.Alice)).Served.ShouldBeTrue();
            await _lab.ShouldRefuseAsync(token, _lab.Callers.Bob, "bound-to-another");
            (await _lab.SendAsync(token, _lab.Callers.Caller(_lab.Callers.Pki.Alice, "alice", 1, "none"), new TokenLab.Demand("read"))).Status.ShouldBe(403);
        }
    }

    [Fact]
    public async Task A_token_that_did_not_verify_is_not_remembered()
    {
        string token = _lab.Token();
        string wrong = token[..^4] + (token[^4] == 'A' ? 'B' : 'A') + token[^3..];
        await _lab.ShouldRefuseAsync(wrong, "signature-wrong");
        await _lab.ShouldRefuseAsync(wrong, "signature-wrong");
    }

    [Fact]
    public void The_number_is_bounded_and_what_is_found_is_what_was_put_in()
    {
        var remembered = new VerifiedSignatures(64);
        var key = JsonWebKeys.Read(TokenForge.KeySet(_lab.Forge.PublicKey()), out _).Single();
        DateTimeOffset now = _lab.Clock.GetUtcNow();
        byte[][] hashes = [.. Enumerable.Range(0, 1_000).Select(i => SHA256.HashData(Encoding.ASCII.GetBytes($"{i}")))];
        foreach (byte[] hash in hashes)
        {
            remembered.Add(hash, Content(hash), key, now);
            remembered.Find(hash).ShouldNotBeNull().Content.JwtId.ShouldBe(Convert.ToHexString(hash));
        }

        hashes.Count(hash => remembered.Find(hash) is not null).ShouldBeInRange(1, 64);
        hashes.ShouldAllBe(hash => remembered.Find(hash) == null || remembered.Find(hash)!.Content.JwtId == Convert.ToHexString(hash)); // asked before
        new VerifiedSignatures(0).Find(hashes[0]).ShouldBeNull();

        TokenContent Content(byte[] hash)
        {
            TokenReader.Read(_lab.Token(("jti", Convert.ToHexString(hash))), out TokenContent? content).ShouldBe(TokenRefusal.None);
            return content.ShouldNotBeNull();
        }
    }

    public void Dispose() => _lab.Dispose();
}
