using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Transport;

/// <summary>A write with a cookie says which page sent it, as browsers do: a server that looks at it would refuse the right identity otherwise (<see cref="OwnPage"/>).</summary>
public sealed class OwnPageTests(CheckLab lab)
{
    [Theory]
    [InlineData("POST", "sid=of-alice-0123456789", false, "own same-origin")]
    [InlineData("DELETE", "sid=of-alice-0123456789", false, "own same-origin")]
    [InlineData("POST", "sid=of-alice-0123456789", true, " ")]
    [InlineData("GET", "sid=of-alice-0123456789", false, " ")]
    [InlineData("POST", null, false, " ")]
    public async Task Only_a_write_with_the_identitys_cookie_says_so(string method, string? cookie, bool anonymous, string said) =>
        (await SaidAsync(method, cookie, anonymous, [])).ShouldBe(said);

    [Theory]
    [InlineData("origin", "https://evil.example", "https://evil.example ")]
    [InlineData("sec-fetch-site", "cross-site", " cross-site")]
    [InlineData("referer", "https://evil.example/", " ")]
    public async Task What_a_probe_says_of_its_page_stays(string name, string value, string said) =>
        (await SaidAsync("POST", "sid=of-alice-0123456789", anonymous: false, [new(name, value)])).ShouldBe(said);

    private async Task<string> SaidAsync(string method, string? cookie, bool anonymous, ImmutableArray<HttpHeader> headers)
    {
        ConcurrentBag<(string Origin, string Site, string Host)> seen = [];
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context =>
        {
            seen.Add((context.Request.Headers.Origin.ToString(), context.Request.Headers["Sec-Fetch-Site"].ToString(), context.Request.Host.ToString()));
            return Task.CompletedTask;
        });
        ScanRequest request = lab.Request(server.Endpoint, lab.Pki.Alice) with { Mode = ScanMode.Active };
        Identity alice = request.Identities[0] with { Cookie = cookie is null ? null : new Secret(cookie) };
        using ScanTransport transport = new(request with { Identities = [alice] }, TimeProvider.System);
        Exchange exchange = await transport.ExchangeAsync(
            new()
            {
                Title = "write",
                Route = Route.To(request.Target),
                Actor = Actor.Of(alice),
                Request = new RawHttpRequest { Method = method, Target = "/", Headers = headers },
                Mode = ScanMode.Active,
                Anonymous = anonymous,
            },
            TestContext.Current.CancellationToken);
        exchange.Status.ShouldBe(200);
        (string origin, string site, string host) = seen.ShouldHaveSingleItem();
        return $"{(origin == "https://" + host ? "own" : origin)} {site}";
    }
}
