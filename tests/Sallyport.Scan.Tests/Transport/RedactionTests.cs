using System.Collections.Immutable;
using System.Text;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Transport;

public sealed class RedactionTests
{
    [Fact]
    public void Hides_known_secrets_wherever_they_stand_and_learned_ones_too()
    {
        Redaction redaction = new([], () => ["the-known-secret"]);
        redaction.Learn("fresh-token");

        redaction.Text("a the-known-secret b fresh-token c").ShouldBe("a *** b *** c");
    }

    [Theory]
    [InlineData("""{"session":"cookie-value"}""")]
    [InlineData("""{"password":"pass+word"}""")]
    [InlineData("{\"password\":\"pass\\u002Bword\"}")]
    [InlineData("/login?password=pass%2Bword")]
    public void Hides_the_parts_of_secrets_and_what_they_become_in_JSON_and_addresses(string echoed)
    {
        TargetUrl.TryParse("https://api.example", out TargetUrl? url, out _).ShouldBeTrue();
        Identity alice = new() { Name = "alice", Cookie = new("id=cookie-value; theme=dark"), Basic = new("alice:pass+word") };

        string shown = Redaction.For(new ScanRequest { Target = url!, Identities = [alice] }).Text(echoed); // asserted

        shown.ShouldContain("***");
        shown.ShouldNotContain("value");
        shown.ShouldNotContain("word\"}");
    }

    [Fact]
    public void Hides_the_members_of_a_login_but_not_its_open_words()
    {
        TargetUrl.TryParse("https://api.example", out TargetUrl? url, out _).ShouldBeTrue();
        Identity alice = new()
        {
            Name = "alice",
            Login = new() { Path = "/token", Json = new("""{"grant_type":"password","username":"alice","password":"pass+word","more":{"pins":[482913,"blue sky"]}}""") },
        };

        string shown = Redaction.For(new ScanRequest { Target = url!, Identities = [alice] }) // asserted
            .Text("""alice sent the password pass+word, {"password":"pass\u002Bword"}, 482913 and blue sky""");

        shown.ShouldBe("""alice sent the password ***, {"password":"***"}, *** and ***""");
    }

    [Fact]
    public void A_login_that_is_no_JSON_is_hidden_as_a_whole()
    {
        TargetUrl.TryParse("https://api.example", out TargetUrl? url, out _).ShouldBeTrue();
        Identity alice = new() { Name = "alice", Login = new() { Path = "/token", Json = new("not: json") } };

        Redaction.For(new ScanRequest { Target = url!, Identities = [alice] }).Text("it sent not: json").ShouldBe("it sent ***"); // asserted
    }

    [Theory]
    [InlineData("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl")]
    [InlineData("-----BEGIN " + "PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----")]
    [InlineData("-----BEGIN EC " + "PRIVATE KEY-----\nMHcCAQEE")]
    public void Hides_what_looks_like_a_secret(string secret) => new Redaction([], () => []).Text($"before {secret}").ShouldBe("before ***");

    [Theory]
    [InlineData("Authorization", "***")]
    [InlineData("SET-COOKIE", "***")]
    [InlineData("X-My-Key", "***")]
    [InlineData("Content-Type", "text/plain")]
    public void Hides_headers_by_name(string name, string shown) =>
        new Redaction(["X-My-Key"], () => []).Header(name, "text/plain").ShouldBe(shown);

    [Fact]
    public void Evidence_holds_no_control_characters_and_is_cut()
    {
        TargetUrl.TryParse("https://api.example", out TargetUrl? url, out _).ShouldBeTrue();
        Exchange exchange = new()
        {
            Ask = new() { Title = "t", Route = Route.To(url!), Actor = Actor.Nobody, Request = new() { Target = "/\u001b[31m", Headers = [new("X-A", "a\r\nb")] } }, // asserted
            Opening = new Opening.Plain(),
            Http = new HttpOutcome.Answered(new() { Status = 200, Version = "HTTP/1.1", Body = Encoding.UTF8.GetBytes("\u001b]0;title\u0007" + new string('x', 100_000)) }),
            Redaction = new Redaction([], () => ImmutableArray<string>.Empty),
        };

        Evidence evidence = exchange.ToEvidence();

        foreach (char c in evidence.Sent + evidence.Received)
        {
            (c == '\n' || !char.IsControl(c)).ShouldBeTrue();
        }

        evidence.Received.Length.ShouldBeLessThan(8_300);
        evidence.Received.ShouldContain("…");
    }
}
