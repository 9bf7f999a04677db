using System;
using System.Net.Http;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Transport;

public sealed class CallbackListenerTests
{
    [Fact]
    public async Task Tells_which_of_its_urls_was_called()
    {
        await using CallbackListener listener = Start(TimeSpan.FromSeconds(30));
        CallbackUrl called = listener.Mint("AIA caIssuers");
        CallbackUrl other = listener.Mint("CRL");
        called.Url.ShouldStartWith("http://127.0.0.1:");
        using HttpClient client = new();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("victim/1.0");

        using HttpResponseMessage answer = await client.GetAsync(called.Url + "/ca.cer", Cancel);

        ((int)answer.StatusCode).ShouldBe(404);
        CallbackHit hit = (await listener.WaitAsync(called, Cancel)).ShouldNotBeNull();
        hit.RequestLine.ShouldBe($"GET /{called.Token}/ca.cer HTTP/1.1");
        hit.UserAgent.ShouldBe("victim/1.0");
        hit.ToEvidence().Title.ShouldContain("AIA caIssuers");
        using CancellationTokenSource now = new();
        Task<CallbackHit?> pending = listener.WaitAsync(other, now.Token);
        pending.IsCompleted.ShouldBeFalse();
        await now.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task A_secret_that_the_caller_brings_along_is_hidden_even_where_the_line_is_cut()
    {
        const string Secret = "token-of-alice-0123456789";
        await using CallbackListener listener = Start(TimeSpan.FromSeconds(30), new Redaction([], static () => [Secret]));
        CallbackUrl called = listener.Mint("AIA caIssuers");
        using HttpClient client = new();
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", "victim " + Secret).ShouldBeTrue();

        using HttpResponseMessage answer = await client.GetAsync($"{called.Url}?{new string('x', 120)}={Secret}", Cancel);

        Evidence evidence = (await listener.WaitAsync(called, Cancel)).ShouldNotBeNull().ToEvidence();
        evidence.Received.ShouldContain("User-Agent: victim ***");
        evidence.Received.ShouldContain("=***");
        evidence.Received.ShouldNotContain("token-of");
    }

    [Fact]
    public async Task No_call_is_no_hit()
    {
        await using CallbackListener listener = Start(TimeSpan.FromMilliseconds(50));
        (await listener.WaitAsync(listener.Mint("nothing"), Cancel)).ShouldBeNull();
    }

    [Fact]
    public async Task Survives_callers_that_send_garbage_or_hang()
    {
        await using CallbackListener listener = Start(TimeSpan.FromSeconds(30));
        CallbackUrl url = listener.Mint("x");
        Uri address = new(url.Url);
        using TcpClient silent = new();
        await silent.ConnectAsync(address.Host, address.Port, Cancel);
        using (TcpClient garbage = new())
        {
            await garbage.ConnectAsync(address.Host, address.Port, Cancel);
            await garbage.GetStream().WriteAsync(new byte[20_000], Cancel);
        }

        using HttpClient client = new();
        using HttpResponseMessage answer = await client.GetAsync(url.Url, Cancel);
        (await listener.WaitAsync(url, Cancel)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Listens_where_the_user_says_the_target_reaches_us_and_says_when_it_cannot()
    {
        using TcpListener taken = new(System.Net.IPAddress.Any, 0);
        taken.Start();
        int port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        TargetUrl.TryParse($"http://127.0.0.1:{port}", out TargetUrl? callback, out _).ShouldBeTrue();
        CallbackListener.TryStart(callback, TimeSpan.FromSeconds(1), TimeProvider.System, Nothing).ShouldBeNull();
        taken.Stop();

        await using CallbackListener listener = CallbackListener.TryStart(callback, TimeSpan.FromSeconds(1), TimeProvider.System, Nothing).ShouldNotBeNull();
        listener.Mint("x").Url.ShouldStartWith($"http://127.0.0.1:{port}/");
    }

    [Fact]
    public async Task Answers_for_a_zone_and_tells_a_question_from_a_call()
    {
        CallbackZone.TryParse($"dns://127.0.0.1:{DnsQuestion.FreePort()}/cb.test.example", out CallbackZone? zone, out _).ShouldBeTrue();
        await using CallbackListener listener = CallbackListener.TryStartNamed(zone!, TimeSpan.FromSeconds(30), TimeProvider.System, Nothing).ShouldNotBeNull(); // parsed
        CallbackUrl url = listener.MintNamed("jku").ShouldNotBeNull();
        Uri named = new(url.Url);
        named.Host.ShouldEndWith(".cb.test.example");
        listener.LookedUp(url).ShouldBeNull();

        System.Net.IPAddress address = (await DnsQuestion.AskAsync(zone!.Server, named.Host, Cancel)).ShouldNotBeNull(); // parsed

        address.ShouldBe(System.Net.IPAddress.Loopback);
        listener.LookedUp(url).ShouldNotBeNull().RequestLine.ShouldContain(named.Host);
        listener.LookedUp(listener.MintNamed("x5u").ShouldNotBeNull()).ShouldBeNull();
        using HttpClient client = new();
        using HttpResponseMessage answer = await client.GetAsync(new UriBuilder(named) { Host = address.ToString() }.Uri, Cancel);
        (await listener.WaitAsync(url, Cancel)).ShouldNotBeNull();
        listener.Mint("by address").Url.ShouldStartWith("http://127.0.0.1:");
        await using CallbackListener nameless = Start(TimeSpan.FromSeconds(1));
        nameless.MintNamed("no zone").ShouldBeNull();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Redaction Nothing => new([], static () => []);

    private static CallbackListener Start(TimeSpan patience, Redaction? redaction = null) =>
        CallbackListener.TryStart(null, patience, TimeProvider.System, redaction ?? Nothing).ShouldNotBeNull();
}
