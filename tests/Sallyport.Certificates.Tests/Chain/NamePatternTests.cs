using System;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Net;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Tests.Chain;

public sealed class NamePatternTests
{
    [Theory]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "spiffe://corp.example/ns/prod/sa/web", true)]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "spiffe://corp.example/ns/prod/sa/web/x", false)]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "spiffe://corp.example/ns//sa/web", false)]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "spiffe://corp.example/ns/../sa/web", false)]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "spiffe://corp.example/ns/a%2fb/sa/web", false)]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "spiffe://corp.example.evil/ns/prod/sa/web", false)]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "spiffe://corp.example/ns/prod/SA/web", false)]
    [InlineData("spiffe://corp.example/ns/*/sa/*", "https://corp.example/ns/prod/sa/web", false)]
    public void Matches_URIs_by_whole_segments(string pattern, string name, bool matches) =>
        NamePattern.Uri(pattern).Matches([new GeneralName.Uri(name)]).ShouldBe(matches);

    [Fact]
    public void A_SPIFFE_identity_stands_alone()
    {
        NamePattern pattern = NamePattern.Uri("spiffe://corp.example/a");
        pattern.Matches([new GeneralName.Uri("spiffe://corp.example/a"), new GeneralName.Uri("spiffe://corp.example/b")]).ShouldBeFalse();
        pattern.Matches([new GeneralName.Uri("spiffe://corp.example/a"), new GeneralName.Dns("a.example")]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("*.corp.example", "a.corp.example", true)]
    [InlineData("*.corp.example", "A.CORP.example", true)]
    [InlineData("*.corp.example", "a.b.corp.example", false)]
    [InlineData("*.corp.example", "corp.example", false)]
    [InlineData("*.corp.example", "*.corp.example", false)]
    [InlineData("*.corp.example", "a\0.corp.example", false)]
    [InlineData("a.corp.example", "a.corp.example", true)]
    [InlineData("a.corp.example", "b.corp.example", false)]
    public void Matches_DNS_names_by_one_label(string pattern, string name, bool matches) =>
        NamePattern.Dns(pattern).Matches([new GeneralName.Dns(name)]).ShouldBe(matches);

    [Theory]
    [InlineData("alice@corp.example", "alice@CORP.example", true)]
    [InlineData("alice@corp.example", "Alice@corp.example", false)]
    [InlineData("*@corp.example", "bob@corp.example", true)]
    [InlineData("*@corp.example", "bob@sub.corp.example", false)]
    [InlineData("*@corp.example", "bob@evil@corp.example", false)]
    public void Matches_mailboxes(string pattern, string name, bool matches) =>
        NamePattern.Email(pattern).Matches([new GeneralName.Email(name)]).ShouldBe(matches);

    [Theory]
    [InlineData("10.0.0.0/8", "10.9.8.7", true)]
    [InlineData("10.0.0.0/8", "11.9.8.7", false)]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8::/32", "2001:db8::1", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.0.0.1", false)]
    public void Matches_addresses(string pattern, string address, bool matches) =>
        NamePattern.Ip(pattern).Matches([new GeneralName.Ip(Octets.Of(IPAddress.Parse(address).GetAddressBytes()))]).ShouldBe(matches);

    [Fact]
    public void Matches_a_user_principal_name_exactly()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteCharacterString(UniversalTagNumber.UTF8String, "alice@corp.example");
        ImmutableArray<GeneralName> names = [new GeneralName.OtherName("1.3.6.1.4.1.311.20.2.3", Octets.Of(writer.Encode()))];
        NamePattern.OtherName("1.3.6.1.4.1.311.20.2.3", "alice@corp.example").Matches(names).ShouldBeTrue();
        NamePattern.OtherName("1.3.6.1.4.1.311.20.2.3", "Alice@corp.example").Matches(names).ShouldBeFalse();
        NamePattern.OtherName("1.2.3", "alice@corp.example").Matches(names).ShouldBeFalse();
        NamePattern.Dns("alice.corp.example").Matches(names).ShouldBeFalse();
    }

    [Theory]
    [InlineData("spiffe://*.example/a")]
    [InlineData("spiffe://corp.example/a*")]
    [InlineData("*")]
    [InlineData("/relative")]
    public void Refuses_URI_patterns_that_would_match_too_much(string pattern) => Should.Throw<ArgumentException>(() => NamePattern.Uri(pattern));

    [Fact]
    public void Refuses_other_useless_patterns()
    {
        Should.Throw<ArgumentException>(static () => NamePattern.Dns("a.*.example"));
        Should.Throw<ArgumentException>(static () => NamePattern.Dns(""));
        Should.Throw<ArgumentException>(static () => NamePattern.Email("a*@corp.example"));
        Should.Throw<ArgumentException>(static () => NamePattern.Ip("10.0.0.0/33"));
        Should.Throw<ArgumentException>(static () => NamePattern.OtherName("", "x"));
    }
}
