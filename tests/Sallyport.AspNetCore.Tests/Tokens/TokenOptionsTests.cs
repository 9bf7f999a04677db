using System;
using System.Linq;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Tokens;

namespace Sallyport.AspNetCore.Tests.Tokens;

public sealed class TokenOptionsTests
{
    [Fact]
    public void Everything_wrong_is_said_at_once()
    {
        ValidateOptionsResult result = Validate(options =>
        {
            options.Tokens.AddIssuer("https://issuer.test", issuer =>
            {
                issuer.Algorithms.Add("HS256");
                issuer.Algorithms.Add("none");
                issuer.KeyFile = "keys";
                issuer.KeyUrl = new Uri("https://issuer.test/keys");
            });
            options.Tokens.AddIssuer("https://issuer.test", issuer => issuer.Audiences.Add("a"));
        });
        string[] failures = [.. result.Failures ?? []];
        failures.Length.ShouldBe(5, string.Join('\n', failures));
        failures.Count(failure => failure.Contains("HS256") || failure.Contains("'none'")).ShouldBe(2);
    }

    [Theory]
    [InlineData("http://issuer.test/keys", false, false)]
    [InlineData("http://issuer.test/keys", true, true)]
    [InlineData("ftp://issuer.test/keys", true, false)]
    [InlineData("https://issuer.test/keys", false, true)]
    public void Keys_come_over_https_unless_somebody_says_unsafe(string address, bool isUnsafe, bool isFine) =>
        Validate(options => options.Tokens.AddIssuer("https://issuer.test", issuer =>
        {
            issuer.Audiences.Add("a");
            issuer.KeyUrl = new Uri(address);
            issuer.UnsafeAllowHttp = isUnsafe;
        })).Succeeded.ShouldBe(isFine);

    [Fact]
    public void An_issuer_without_address_needs_a_place_for_its_keys()
    {
        Validate(options => options.Tokens.AddIssuer("joe", issuer => issuer.Audiences.Add("a"))).Succeeded.ShouldBeFalse();
        Validate(options => options.Tokens.AddIssuer("joe", issuer =>
        {
            issuer.Audiences.Add("a");
            issuer.KeyFile = "keys";
        })).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Limits_are_limits()
    {
        var options = new TokenOptions();
        Should.Throw<ArgumentOutOfRangeException>(() => options.MaxLength = 1_000_000);
        Should.Throw<ArgumentOutOfRangeException>(() => options.RememberedSignatures = -1);
        var issuer = new TokenIssuerOptions("i");
        Should.Throw<ArgumentOutOfRangeException>(() => issuer.MinRefreshInterval = TimeSpan.Zero);
        Should.Throw<ArgumentOutOfRangeException>(() => issuer.RefreshInterval = TimeSpan.Zero);
        Should.Throw<ArgumentOutOfRangeException>(() => issuer.MaxKeyAge = TimeSpan.Zero);
        Should.Throw<ArgumentException>(() => new TokenIssuerOptions(" "));
    }

    private static ValidateOptionsResult Validate(Action<SallyportOptions> configure)
    {
        var options = new SallyportOptions();
        configure(options);
        return new TokenOptionsValidator().Validate(null, options);
    }
}
