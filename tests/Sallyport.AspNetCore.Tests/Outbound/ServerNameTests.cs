using System;
using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Sallyport.AspNetCore.Outbound;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Tests.Outbound;

/// <summary>RFC 9525: which names of a certificate are a host's.</summary>
public sealed class ServerNameTests
{
    [Theory]
    [InlineData("api.example.org", "api.example.org")]
    [InlineData("API.Example.org", "api.eXample.ORG")]
    [InlineData("api.example.org.", "api.example.org")]
    [InlineData("a.example.org", "*.example.org")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.shop.example", "*.shop.example")]
    [InlineData("localhost", "localhost")]
    public void Matches(string host, string presented) => ServerName.Matches(host, [new GeneralName.Dns(presented)]).ShouldBeTrue();

    [Theory]
    [InlineData("api.example.org", "example.org")]
    [InlineData("example.org", "*.example.org")]
    [InlineData("a.b.example.org", "*.example.org")]
    [InlineData(".example.org", "*.example.org")]
    [InlineData("api.example.org", "a*.example.org")]
    [InlineData("api.example.org", "*pi.example.org")]
    [InlineData("api.example.org", "*.*.org")]
    [InlineData("api.example.org", "api.*.org")]
    [InlineData("example.org", "*.org")]
    [InlineData("org", "*")]
    [InlineData("api.example.org", "*.")]
    [InlineData("api.example.org", "")]
    [InlineData("api.example.org", "api.example.org\0.evil.example")]
    [InlineData("api.example.org", "api.example.org.")]
    [InlineData("api.example.org", " api.example.org")]
    [InlineData("bücher.example", "bücher.example")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("", "")]
    [InlineData("a..example.org", "*.example.org")]
    public void Does_not_match(string host, string presented) => ServerName.Matches(host, [new GeneralName.Dns(presented)]).ShouldBeFalse();

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "127.0.0.2", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("[::1]", "::1", true)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", false)]
    public void An_address_is_matched_octet_for_octet(string host, string presented, bool matches) =>
        ServerName.Matches(host, [new GeneralName.Ip(Octets.Of(IPAddress.Parse(presented).GetAddressBytes()))]).ShouldBe(matches);

    [Fact]
    public void Other_kinds_of_names_are_no_host() => ServerName.Matches(
        "example.org", [new GeneralName.Uri("https://example.org"), new GeneralName.Email("x@example.org")]).ShouldBeFalse();

    [Fact]
    public void No_presented_name_makes_it_throw_or_match_a_host_that_it_is_not() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300),
        Prop.ForAll(ArbMap.Default.ArbFor<char[]>(), static chars =>
        {
            var name = new string(chars);
            return name.Equals("api.example.org", StringComparison.OrdinalIgnoreCase) || !ServerName.Matches("api.example.org", [new GeneralName.Dns(name)]);
        }));
}
