using System.Net;
using Sallyport.Certificates.Chain;

namespace Sallyport.Certificates.Tests.Chain;

public sealed class SubtreeTests
{
    [Theory]
    [InlineData("host.example.com", "example.com", "Within")]
    [InlineData("EXAMPLE.com", "example.COM", "Within")]
    [InlineData("notexample.com", "example.com", "Outside")]
    [InlineData("example.com", "host.example.com", "Outside")]
    [InlineData("a.example.com", ".example.com", "Within")]
    [InlineData("example.com", ".example.com", "Outside")]
    [InlineData("*.example.com", "example.com", "Within")]
    [InlineData("*.com", "example.com", "Outside")]
    [InlineData("anything", "", "Within")]
    [InlineData("bad name", "example.com", "Undecidable")]
    [InlineData("evil.com\0.example.com", "example.com", "Undecidable")]
    [InlineData("a.example.com", "bad root", "Undecidable")]
    public void Knows_permitted_DNS_names(string name, string root, string expected) =>
        Compare(new GeneralName.Dns(name), new GeneralName.Dns(root)).ShouldBe(expected);

    [Theory]
    [InlineData("*.example.com", "a.example.com", "Within")]
    [InlineData("*.com", "example.com", "Within")]
    [InlineData("*.example.org", "example.com", "Outside")]
    [InlineData("example.com", ".example.com", "Within")]
    public void Excludes_what_a_wildcard_could_name(string name, string root, string expected) =>
        Compare(new GeneralName.Dns(name), new GeneralName.Dns(root), excluding: true).ShouldBe(expected);

    [Theory]
    [InlineData("a@example.com", "example.com", "Within")]
    [InlineData("a@mail.example.com", "example.com", "Outside")]
    [InlineData("a@mail.example.com", ".example.com", "Within")]
    [InlineData("a@example.com", ".example.com", "Outside")]
    [InlineData("a@example.com", "a@EXAMPLE.com", "Within")]
    [InlineData("A@example.com", "a@example.com", "Outside")]
    [InlineData("a@evil@example.com", "example.com", "Undecidable")]
    [InlineData("\"a\"@example.com", "example.com", "Undecidable")]
    [InlineData("nobody", "example.com", "Undecidable")]
    public void Knows_mailboxes(string name, string root, string expected) =>
        Compare(new GeneralName.Email(name), new GeneralName.Email(root)).ShouldBe(expected);

    [Fact]
    public void Excludes_a_mailbox_in_any_case() =>
        Compare(new GeneralName.Email("A@example.com"), new GeneralName.Email("a@example.com"), excluding: true).ShouldBe("Within");

    [Theory]
    [InlineData("https://example.com/x", "example.com", "Within")]
    [InlineData("https://user@example.com:8443?x", "example.com", "Within")]
    [InlineData("https://a.example.com/x", "example.com", "Outside")]
    [InlineData("https://a.example.com/x", ".example.com", "Within")]
    [InlineData("spiffe://example.com/ns/a", "example.com", "Within")]
    [InlineData("https://evil.com/@example.com", "example.com", "Outside")]
    [InlineData("https://example.com@evil.com/", "example.com", "Outside")]
    [InlineData("https://192.0.2.1/", "example.com", "Undecidable")]
    [InlineData("https://[2001:db8::1]/", "example.com", "Undecidable")]
    [InlineData("https://exa%6dple.com/", "example.com", "Undecidable")]
    [InlineData("https://example.com\\.evil.com/", "example.com", "Undecidable")]
    [InlineData("urn:example:com", "example.com", "Undecidable")]
    [InlineData("https:///x", "example.com", "Undecidable")]
    public void Knows_the_host_of_a_URI(string name, string root, string expected) =>
        Compare(new GeneralName.Uri(name), new GeneralName.Uri(root)).ShouldBe(expected);

    [Theory]
    [InlineData("10.1.2.3", "0a000000ff000000", "Within")]
    [InlineData("11.1.2.3", "0a000000ff000000", "Outside")]
    [InlineData("10.1.2.3", "0a000000ff00ff00", "Undecidable")]
    [InlineData("10.1.2.3", "0a000000", "Undecidable")]
    [InlineData("2001:db8::1", "0a000000ff000000", "Outside")]
    [InlineData("2001:db8::1", "20010db8000000000000000000000000ffffffff000000000000000000000000", "Within")]
    public void Knows_addresses(string address, string root, string expected) => Compare(
        new GeneralName.Ip(Octets.Of(IPAddress.Parse(address).GetAddressBytes())),
        new GeneralName.Ip(Octets.Of(System.Convert.FromHexString(root)))).ShouldBe(expected);

    [Fact]
    public void Cannot_tell_what_no_standard_defines()
    {
        var upn = new GeneralName.OtherName("1.3.6.1.4.1.311.20.2.3", Octets.Of([12, 1, 65]));
        Compare(upn, upn).ShouldBe("Within");
        Compare(upn, upn with { Value = Octets.Of([12, 1, 66]) }).ShouldBe("Undecidable");
        Compare(upn, upn with { TypeId = "1.2.3" }).ShouldBe("OtherForm");
        Compare(new GeneralName.RegisteredId("1.2.3"), new GeneralName.RegisteredId("1.2.3")).ShouldBe("Within");
        Compare(new GeneralName.RegisteredId("1.2.3.4"), new GeneralName.RegisteredId("1.2.3")).ShouldBe("Undecidable");
        Compare(new GeneralName.RegisteredId("1.2.33"), new GeneralName.RegisteredId("1.2.3")).ShouldBe("Outside");
        Compare(new GeneralName.X400(Octets.Of([1])), new GeneralName.X400(Octets.Of([2]))).ShouldBe("Undecidable");
        Compare(new GeneralName.EdiParty(Octets.Of([1])), new GeneralName.EdiParty(Octets.Of([1]))).ShouldBe("Within");
        Compare(new GeneralName.Dns("a"), new GeneralName.Uri("a")).ShouldBe("OtherForm");
    }

    private static string Compare(GeneralName name, GeneralName root, bool excluding = false) => Subtree.Compare(name, root, excluding).ToString();
}
