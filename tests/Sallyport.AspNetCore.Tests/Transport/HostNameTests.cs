using System.Net;
using Sallyport.AspNetCore.Transport;

namespace Sallyport.AspNetCore.Tests.Transport;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("API.Example", "api.example")]
    [InlineData("api.example.", "api.example")]
    [InlineData("api.example..", "api.example.")]
    [InlineData(".", ".")]
    [InlineData("", "")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example.", "xn--bcher-kva.example")]
    [InlineData("xn--bcher-kva.EXAMPLE", "xn--bcher-kva.example")]
    [InlineData("a\u3002b", "a.b")]
    public void There_is_one_spelling(string name, string canonical) => HostName.Canonical(name).ShouldBe(canonical);

    [Fact]
    public void What_cannot_be_a_name_equals_only_itself()
    {
        HostName.Canonical("ü..example").ShouldBe("ü..example");
        HostName.Canonical(new string('ü', 300)).ShouldBe(new string('ü', 300));
    }

    [Theory]
    [InlineData("api.example", "api.example")]
    [InlineData("api.example:8443", "api.example")]
    [InlineData("api.example.:8443", "api.example.")]
    [InlineData("api.example:", "api.example")]
    [InlineData("api.example:8443x", "api.example:8443x")]
    [InlineData("[::1]:8443", "::1")]
    [InlineData("[::1]", "::1")]
    [InlineData("[::1]x", "[::1]x")]
    [InlineData("[::1", "[::1")]
    [InlineData("a:b:c", "a:b:c")]
    public void The_port_is_no_part_of_the_name(string host, string name) => HostName.WithoutPort(host).ToString().ShouldBe(name);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("0:0:0:0:0:0:0:1", "::1", true)]
    [InlineData("127.0.0.2", "127.0.0.1", false)]
    [InlineData("127.1", "127.0.0.1", false)]
    [InlineData("0x7f000001", "127.0.0.1", false)]
    [InlineData("2130706433", "127.0.0.1", false)]
    [InlineData("localhost", "127.0.0.1", false)]
    [InlineData("", "127.0.0.1", false)]
    public void A_literal_is_the_local_address_or_nothing(string name, string local, bool isIt) =>
        HostName.IsLiteralOf(name, IPAddress.Parse(local)).ShouldBe(isIt);

    [Fact]
    public void Without_a_local_address_no_literal_is_right() => HostName.IsLiteralOf("127.0.0.1", null).ShouldBeFalse();
}
