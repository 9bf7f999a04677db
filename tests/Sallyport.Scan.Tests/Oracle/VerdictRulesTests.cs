using System.Collections.Immutable;
using System.Text;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Oracle;

public sealed class VerdictRulesTests
{
    private const string Document = """{"name":"alice","mark":"mark-0123456789"}""";
    private static readonly Route s_route = Route.To(Url("https://api.example"));

    [Fact]
    public void The_same_document_is_accepted() => Judge(Answered(200, Document)).ShouldBeOfType<Verdict.Accepted>().ByMarker.ShouldBeTrue();

    [Fact]
    public void Another_document_with_the_marker_is_accepted() =>
        Judge(Answered(206, """{"other":"mark-0123456789"}""")).ShouldBeOfType<Verdict.Accepted>().ByMarker.ShouldBeTrue();

    [Fact]
    public void A_marker_that_stood_in_the_request_proves_nothing() =>
        Judge(Answered(200, """{"echo":"mark-0123456789"}""", target: "/search?q=mark-0123456789")).ShouldBeOfType<Verdict.Undecided>();

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(421)]
    [InlineData(495)]
    [InlineData(496)]
    public void A_refusing_status_is_rejected_by_HTTP(int status)
    {
        Verdict.Rejected rejected = Judge(Answered(status, "no")).ShouldBeOfType<Verdict.Rejected>();
        rejected.Where.ShouldBe(EnforcementPoint.Http);
        rejected.Status.ShouldBe(status);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(302)]
    public void Any_other_status_is_undecided(int status) => Judge(Answered(status, "hm")).ShouldBeOfType<Verdict.Undecided>();

    [Theory]
    [InlineData("https://sso.example/login?next=/", true)]
    [InlineData("/account/sign-in", true)]
    [InlineData("/oauth2/authorize", true)]
    [InlineData("/profiles/alice/", false)]
    [InlineData("/authors", false)]
    public void Only_a_redirect_to_a_login_is_rejected(string location, bool rejected) =>
        (Judge(Answered(302, "", location: location)) is Verdict.Rejected).ShouldBe(rejected);

    [Fact]
    public void A_2xx_that_speaks_of_refusal_is_undecided() =>
        Judge(Answered(200, """{"error":"Access denied"}""")).ShouldBeOfType<Verdict.Undecided>().Reason.ShouldContain("words of refusal");

    [Fact]
    public void An_alert_to_the_hello_does_not_judge_the_identity_but_one_about_certificates_does()
    {
        Judge(Opened(new Opening.Alerted(Alert(AlertDescription.HandshakeFailure), AfterOurAnswer: false))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Opened(new Opening.Alerted(Alert(AlertDescription.IllegalParameter), AfterOurAnswer: false))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Opened(new Opening.Closed(AfterOurAnswer: false))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Opened(new Opening.Alerted(Alert(AlertDescription.AccessDenied), AfterOurAnswer: false))).ShouldBeOfType<Verdict.Rejected>();
    }

    [Fact]
    public void An_alert_or_a_close_after_our_answer_is_rejected_unless_records_were_not_understood()
    {
        Judge(Opened(new Opening.Alerted(Alert(AlertDescription.HandshakeFailure), AfterOurAnswer: true))).ShouldBeOfType<Verdict.Rejected>().Where.ShouldBe(EnforcementPoint.Handshake);
        Judge(Opened(new Opening.Closed(AfterOurAnswer: true))).ShouldBeOfType<Verdict.Rejected>().Where.ShouldBe(EnforcementPoint.Close);
        Judge(Opened(new Opening.Alerted(Alert(AlertDescription.BadRecordMac), AfterOurAnswer: true))).ShouldBeOfType<Verdict.Undecided>();
    }

    [Fact]
    public void A_refusal_after_the_handshake_is_told_by_how_it_came()
    {
        Judge(Sent(new HttpOutcome.Alerted(Alert(AlertDescription.CertificateRequired)))).ShouldBeOfType<Verdict.Rejected>().Where.ShouldBe(EnforcementPoint.Alert);
        Judge(Sent(new HttpOutcome.Alerted(new TlsAlert(1, 0)))).ShouldBeOfType<Verdict.Rejected>().Where.ShouldBe(EnforcementPoint.Close);
        Judge(Sent(new HttpOutcome.Closed(0))).ShouldBeOfType<Verdict.Rejected>().Where.ShouldBe(EnforcementPoint.Close);
        Judge(Sent(new HttpOutcome.Closed(17))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Sent(new HttpOutcome.TimedOut())).ShouldBeOfType<Verdict.Undecided>();
        Judge(Sent(new HttpOutcome.Malformed("x"))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Sent(new HttpOutcome.StreamReset(7))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Sent(new HttpOutcome.GoAway(0))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Opened(new Opening.TimedOut())).ShouldBeOfType<Verdict.Undecided>();
        Judge(Opened(new Opening.Unreachable("gone"))).ShouldBeOfType<Verdict.Undecided>();
        Judge(Opened(new Opening.Unsupported("x"))).ShouldBeOfType<Verdict.Undecided>();
    }

    [Fact]
    public void A_refusal_of_a_request_without_its_token_is_undecided() =>
        Judge(Answered(403, "no") with { Withheld = "the server is not trusted" }).ShouldBeOfType<Verdict.Undecided>().Reason.ShouldContain("withheld");

    [Fact]
    public void Only_its_own_words_name_a_missing_certificate_as_the_cause()
    {
        Named(Answered(400, "<center>No required SSL certificate was sent</center>")).ShouldBeTrue();
        Named(Answered(400, "<center>The SSL certificate error</center>")).ShouldBeFalse();
        Named(Answered(496, "")).ShouldBeTrue();
        Named(Answered(403, "")).ShouldBeFalse();
        Named(Sent(new HttpOutcome.Alerted(Alert(AlertDescription.CertificateRequired)))).ShouldBeTrue();
        Named(Sent(new HttpOutcome.Alerted(Alert(AlertDescription.HandshakeFailure)))).ShouldBeFalse();

        static bool Named(Exchange exchange) => VerdictRules.NamesMissingCertificate(Judge(exchange).ShouldBeOfType<Verdict.Rejected>());
    }

    private static Verdict Judge(Exchange exchange)
    {
        Exchange control = Answered(200, Document);
        HttpAnswer answer = control.Answer.ShouldNotBeNull();
        Baseline baseline = new()
        {
            Ask = control.Ask,
            First = control,
            Second = control,
            Shape = AnswerShape.Learn(answer, answer).ShouldNotBeNull(),
            Markers = ["mark-0123456789"],
        };
        return VerdictRules.Judge(exchange, baseline);
    }

    private static Exchange Answered(int status, string body, string? location = null, string target = "/profiles/alice") => Sent(
        new HttpOutcome.Answered(new()
        {
            Status = status,
            Version = "HTTP/1.1",
            Headers = location is null ? [] : [new("Location", location)],
            Body = Encoding.UTF8.GetBytes(body),
        }),
        target);

    private static Exchange Sent(HttpOutcome outcome, string target = "/profiles/alice") =>
        Opened(new Opening.Secured(new() { Version = TlsVersion.Tls13, Suite = new CipherSuite(0x1301) }), target) with { Http = outcome };

    private static Exchange Opened(Opening opening, string target = "/profiles/alice") => new()
    {
        Ask = new() { Title = "a probe", Route = s_route, Actor = Actor.Nobody, Request = new() { Target = target } },
        Opening = opening,
        Redaction = new Redaction([], () => ImmutableArray<string>.Empty),
    };

    private static TlsAlert Alert(AlertDescription description) => new(2, (byte)description);

    private static TargetUrl Url(string text) => TargetUrl.TryParse(text, out TargetUrl? url, out string? hint) ? url : throw new System.ArgumentException(hint, nameof(text));
}
