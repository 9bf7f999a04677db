using System;
using System.Linq;
using Sallyport.Scan.Config;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Config;

public sealed class ScanRequestReaderTests : IDisposable
{
    private readonly InputFolder _folder = new();

    public ScanRequestReaderTests()
    {
        _folder.Write("alice.pem", _folder.Alice.ExportCertificatePem());
        _folder.Write("alice.key", _folder.AliceKey());
        _folder.Write("ca.pem", _folder.Root.ExportCertificatePem(), InputFolder.KeyOf(_folder.Root).ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reads_identities_and_secrets_of_the_command_line()
    {
        _folder.Write("cookie.txt", "session=abc\n");
        using ScanRequest request = Accepted(new()
        {
            Url = "https://localhost:8443",
            Identities = ["alice=alice.pem,alice.key"],
            Tokens = ["alice=env:TOKEN"],
            Cookies = ["alice=@cookie.txt"],
            Only = ["MTLS-001, MTLS-002", "encryption"],
        });
        Identity alice = request.Identities.Single();
        alice.HasCertificate.ShouldBeTrue();
        alice.Token.ShouldNotBeNull().Reveal().ShouldBe("t0ken");
        alice.Cookie.ShouldNotBeNull().Reveal().ShouldBe("session=abc");
        alice.Token.ToString().ShouldBe("***");
        request.Only.ShouldBe(["MTLS-001", "MTLS-002", "encryption"]);
    }

    [Fact]
    public void A_key_beside_the_ca_certificate_is_no_consent_to_mint()
    {
        using ScanRequest without = Accepted(new() { Url = "https://localhost", ClientAuthority = "ca.pem" });
        without.ClientAuthority.ShouldNotBeNull().Key.ShouldBeNull();
        using ScanRequest with = Accepted(new() { Url = "https://localhost", ClientAuthority = "ca.pem", ClientAuthorityKey = "ca.pem" });
        with.ClientAuthority.ShouldNotBeNull().Key.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("alice", "is not NAME=")]
    [InlineData("=alice.pem", "is not NAME=")]
    [InlineData("none=alice.pem", "is not NAME=")]
    [InlineData("al ice=alice.pem", "is not NAME=")]
    [InlineData("alice=a,b,c", "one or two files")]
    [InlineData("alice=alice.pem,", "one or two files")]
    [InlineData("alice=alice.pem", "no private key for alice")]
    public void Tells_a_bad_identity(string text, string message) =>
        Refusal(new() { Url = "https://localhost", Identities = [text] }).ShouldContain(message);

    [Fact]
    public void Tells_every_other_bad_value()
    {
        Refusal(new()).ShouldContain("no target");
        Refusal(new() { Url = "localhost:8443" }).ShouldContain("is no URL");
        Refusal(new() { Url = "https://localhost", Tokens = ["alice=hunter2"] }).ShouldContain("the token of alice is written out");
        Refusal(new() { Url = "https://localhost", Tokens = ["hunter2"] }).ShouldContain("is not NAME=env:VAR");
        Refusal(new() { Url = "https://localhost", Tokens = ["alice=env:UNSET"] }).ShouldContain("UNSET (the token of alice) is not set");
        Refusal(new() { Url = "https://localhost", Tokens = ["alice=env:LINES"] }).ShouldContain("line ends");
        Refusal(new() { Url = "https://localhost", IdentityPasswords = ["bob=env:TOKEN"] }).ShouldContain("has a password but no certificate");
        Refusal(new() { Url = "https://localhost", ConnectTo = "localhost:1" }).ShouldContain("no address with a port");
        Refusal(new() { Url = "https://localhost", ConnectTo = "::1" }).ShouldContain("no address with a port");
        Refusal(new() { Url = "https://localhost", Names = ["10.0.0.1"] }).ShouldContain("is no host name");
        Refusal(new() { Url = "https://localhost", Origins = ["localhost"] }).ShouldContain("is no URL");
        Refusal(new() { Url = "https://localhost", Requests = 0 }).ShouldContain("out of range");
        Refusal(new() { Url = "https://localhost", Timeout = "0s" }).ShouldContain("is no duration");
        Refusal(new() { Url = "https://localhost", Operations = ["/x"] }).ShouldContain("the method is missing");
        Refusal(new() { Url = "https://localhost", Excluded = ["GET x"] }).ShouldContain("must begin with /");
        Refusal(new() { Url = "https://localhost", ServerAuthority = "alice.key" }).ShouldContain("holds no certificate");
        Refusal(new() { Url = "https://localhost", ClientAuthorityKey = "ca.pem" }).ShouldContain("key but no certificate");
        Refusal(new() { Url = "https://localhost", Description = "https://other.example/openapi.json" }).ShouldContain("is not at the target");
        Refusal(new() { Url = "https://localhost", Description = "missing.json" }).ShouldContain("does not exist");
        Refusal(new() { Url = "https://localhost", ConfigurationFile = "missing.yaml" }).ShouldContain("does not exist");
    }

    [Fact]
    public void A_description_at_the_target_is_left_to_the_survey()
    {
        using ScanRequest request = Accepted(new() { Url = "https://localhost:8443/v1", Description = "https://localhost:8443/openapi.json?x=1" });
        request.DescriptionPath.ShouldBe("/openapi.json?x=1");
        request.HasDescription.ShouldBeFalse();
    }

    private ScanRequest Accepted(ScanOptions options) => Read(options).ShouldBeOfType<ScanRequestAnswer.Accepted>().Request;

    private string Refusal(ScanOptions options)
    {
        ScanRequestAnswer.Refused refused = Read(options).ShouldBeOfType<ScanRequestAnswer.Refused>();
        string text = string.Join(" | ", refused.Problems.Select(problem => problem + " " + problem.Hint));
        text.ShouldNotContain("hunter2");
        text.ShouldNotContain("\n");
        return text;
    }

    private ScanRequestAnswer Read(ScanOptions options) =>
        _folder.Reader(name => name switch { "TOKEN" => "t0ken", "LINES" => "a\r\nX-Evil: b", _ => null }).Read(options);
}
