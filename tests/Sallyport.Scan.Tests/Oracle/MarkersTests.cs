using System.Collections.Immutable;
using System.Text;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Oracle;

public sealed class MarkersTests
{
    [Theory]
    [InlineData("mark-0123456789", true)]
    [InlineData("alice@example.org", true)]
    [InlineData("9b2d7c1e-6f3a-4c52-8a5e-d5a3f2b1c0de", true)]
    [InlineData("available", false)]
    [InlineData("short1", false)]
    [InlineData("2026-11-22T10:00:00Z", false)]
    [InlineData("https://schemas.example/v1", false)]
    public void A_text_that_the_user_did_not_declare_must_look_like_somebodys_own(string text, bool marker) =>
        Candidates($$"""{"field":"{{text}}"}""", new() { Name = "alice" }).Contains(text).ShouldBe(marker);

    [Fact]
    public void A_declared_value_is_a_marker_whatever_it_looks_like() =>
        Candidates("""{"city":"Springfield"}""", new() { Name = "alice", Values = ImmutableDictionary<string, string>.Empty.Add("city", "Springfield") }).ShouldBe(["Springfield"]);

    [Theory]
    [InlineData("/x?q=mark-0123456789")]
    [InlineData("/x?q=MARK-0123456789")]
    [InlineData("/x?q=mark%2D0123456789")]
    public void What_was_sent_is_none(string target) => Candidates("""{"field":"mark-0123456789"}""", new() { Name = "alice" }, target).ShouldBeEmpty();

    [Fact]
    public void What_changes_from_call_to_call_is_none()
    {
        AnswerShape shape = AnswerShape.Learn(Answer("""{"a":"x","id":"req-0001-aaaa"}"""), Answer("""{"a":"x","id":"req-0002-bbbb"}""")).ShouldNotBeNull();
        Markers.Candidates(Ask(new() { Name = "alice" }, "/"), shape, Answer("""{"a":"x","id":"req-0001-aaaa"}"""), Answer("""{"a":"x","id":"req-0002-bbbb"}""")).ShouldBeEmpty();
    }

    [Fact]
    public void What_others_get_as_well_is_none()
    {
        Exchange other = new()
        {
            Ask = Ask(new() { Name = "bob" }, "/"),
            Opening = new Opening.Plain(),
            Http = new HttpOutcome.Answered(Answer("""{"build":"release-2026-11","mine":"bob-000111222"}""")),
            Redaction = new Redaction([], () => ImmutableArray<string>.Empty),
        };
        Markers.Without(["release-2026-11", "alice-00112233"], [other]).ShouldBe(["alice-00112233"]);
    }

    private static ImmutableArray<string> Candidates(string body, Identity identity, string target = "/profiles/7")
    {
        AnswerShape shape = AnswerShape.Learn(Answer(body), Answer(body)).ShouldNotBeNull();
        return Markers.Candidates(Ask(identity, target), shape, Answer(body), Answer(body));
    }

    private static Ask Ask(Identity identity, string target)
    {
        TargetUrl.TryParse("https://api.example", out TargetUrl? url, out _).ShouldBeTrue();
        return new() { Title = "x", Route = Route.To(url!), Actor = Actor.Of(identity), Request = new() { Target = target } }; // asserted
    }

    private static HttpAnswer Answer(string body) => new() { Status = 200, Version = "HTTP/1.1", Body = Encoding.UTF8.GetBytes(body) };
}
