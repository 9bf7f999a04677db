using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Oracle;

public sealed class ControlOracleTests
{
    private const string Profile = """{"name":"alice","note":"profile-0123456789","balance":1000}""";
    private const string Richer = """{"name":"alice","note":"profile-0123456789","balance":1004}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_that_was_changed_meanwhile_is_still_what_its_owner_gets()
    {
        Server server = new(Profile);
        (ControlOracle oracle, Baseline control) = await OpenToAllAsync(server);
        server.Body = Richer;

        (await oracle.JudgeAgainstAsync(Get(), control, Token)).ShouldBeOfType<Verdict.Accepted>();
        (await oracle.StillHoldsAsync(control, Token)).ShouldBeTrue();

        // What was learned of the change is no pass for other changes.
        server.Body = """{"name":"alice","note":"profile-9999999999","balance":1004}""";
        (await oracle.StillHoldsAsync(control, Token)).ShouldBeFalse();
        (await oracle.JudgeAgainstAsync(Get(), control, Token)).ShouldBeOfType<Verdict.Undecided>();
    }

    [Theory]
    [InlineData("""{"name":"bob","note":"profile-5555555555","balance":1}""")]
    [InlineData("""{"name":"alice","note":"profile-0123456789","error":"busy"}""")]
    [InlineData("""{"name":"alice","note":"profile-0123456789","balance":"access denied"}""")]
    public async Task Another_object_or_another_shape_is_not(string body)
    {
        Server server = new(Profile);
        (ControlOracle oracle, Baseline control) = await OpenToAllAsync(server);
        server.Body = body;

        (await oracle.StillHoldsAsync(control, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_text_that_stands_in_a_denial_too_does_not_tell_the_object_again()
    {
        Server server = new("""{"build":"release-2026-11","state":"ready"}""");
        ControlOracle oracle = new(server, static () => "none");
        Baseline learned = (await oracle.LearnAsync(Get(), Token)).ShouldBeOfType<BaselineResult.Learned>().Baseline;
        Baseline control = learned.Sharpened([Server.Exchange(Get(), """{"build":"release-2026-11","state":"no"}""")]);
        server.Body = """{"build":"release-2026-11","state":"busy"}""";

        (await oracle.StillHoldsAsync(control, Token)).ShouldBeFalse();
    }

    // Who shows nothing is given the same: then no text is a marker.
    private static async Task<(ControlOracle Oracle, Baseline Control)> OpenToAllAsync(Server server)
    {
        ControlOracle oracle = new(server, static () => "none");
        Baseline learned = (await oracle.LearnAsync(Get(), Token)).ShouldBeOfType<BaselineResult.Learned>().Baseline;
        Baseline control = learned.Sharpened([Server.Exchange(Get(), server.Body)]);
        control.Markers.ShouldBeEmpty();
        return (oracle, control);
    }

    private static Ask Get()
    {
        TargetUrl.TryParse("https://api.example", out TargetUrl? url, out _).ShouldBeTrue();
        return new() { Title = "x", Route = Route.To(url!), Actor = Actor.Of(new() { Name = "alice" }), Request = new() { Target = "/profiles/alice" } }; // asserted
    }

    /// <summary>Answers everything with the same body, but for the path that no API has.</summary>
    private sealed class Server(string body) : IScanTransport
    {
        public string Body { get; set; } = body;

        public TransportCounts Counts => throw new NotSupportedException();

        public static Exchange Exchange(Ask ask, string body) => new()
        {
            Ask = ask,
            Opening = new Opening.Plain(),
            Http = new HttpOutcome.Answered(new() { Status = 200, Version = "HTTP/1.1", Body = Encoding.UTF8.GetBytes(body) }),
            Redaction = new Redaction([], static () => []),
        };

        public Task<Exchange> ExchangeAsync(Ask ask, CancellationToken cancellationToken) =>
            Task.FromResult(Exchange(ask, ask.Request?.Target == "/profiles/none" ? "nothing" : Body));

        public void BeginRestoring() => throw new NotSupportedException();

        public LoginTrials? LoginsOf(Identity identity) => throw new NotSupportedException();

        public Task<PresentedCredentials> CredentialsAsync(Identity identity, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<LiveConnection> ConnectAsync(Ask ask, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<HelloExchange> HelloAsync(Route route, HelloRequest hello, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Func<CancellationToken, ValueTask<Stream>> Connector(Route route) => throw new NotSupportedException();
    }
}
