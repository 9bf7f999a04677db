using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Tests.Transport;

/// <summary>What is believed of a close without a word.</summary>
public sealed class SilentRefusalsTests
{
    private const bool Closed = true;
    private const bool Answered = false;
    private readonly Queue<bool> _server = new();
    private readonly SilentRefusals _refusals;
    private int _sent;

    public SilentRefusalsTests() => _refusals = new((ask, _) =>
    {
        _sent++;
        return Task.FromResult(What(ask, _server.Dequeue()));
    });

    [Fact]
    public async Task A_close_counts_when_it_comes_twice()
    {
        (await AskAsync(Closed, Closed)).ShouldBe(Closed);
        _sent.ShouldBe(1);
        (await _refusals.StillHoldAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();
        _sent.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_is_taken_as_it_is()
    {
        (await AskAsync(Answered)).ShouldBe(Answered);
        _sent.ShouldBe(0);
    }

    [Fact]
    public async Task A_close_that_does_not_come_again_was_chance() => (await AskAsync(Closed, Answered)).ShouldBe(Answered);

    [Fact]
    public async Task Of_a_server_that_closes_by_chance_two_are_not_enough()
    {
        await AskAsync(Closed, Answered);
        (await AskAsync(Closed, Closed, Closed, Closed, Answered)).ShouldBe(Answered);
        (await AskAsync(Closed, Closed, Closed, Closed, Closed, Closed)).ShouldBe(Closed);
    }

    [Theory]
    [InlineData(Closed, Closed, true)]
    [InlineData(Closed, Answered, false)]
    [InlineData(Answered, Answered, false)]
    public async Task What_was_believed_before_chance_was_seen_is_asked_again(bool first, bool second, bool holds)
    {
        await AskAsync(Closed, Closed);
        await AskAsync(Closed, Answered);
        _server.Enqueue(first);
        _server.Enqueue(second);
        (await _refusals.StillHoldAsync(TestContext.Current.CancellationToken)).ShouldBe(holds);
    }

    [Fact]
    public async Task What_may_change_something_is_never_sent_twice()
    {
        foreach (Ask ask in new[] { Usual with { Mode = ScanMode.Intrusive }, Usual with { Request = new() { Method = "POST" } } })
        {
            await _refusals.SettledAsync(ask, What(ask, Closed), TestContext.Current.CancellationToken);
        }

        _sent.ShouldBe(0);
    }

    private static Ask Usual { get; } = new() { Title = "alice", Route = Route.To(Target()), Actor = Actor.Nobody, Request = new() };

    private static TargetUrl Target() => TargetUrl.TryParse("https://api.example.test", out TargetUrl? target, out _) ? target : throw new System.InvalidOperationException();

    private static Exchange What(Ask ask, bool closed) => new()
    {
        Ask = ask,
        Opening = closed ? new Opening.Closed(AfterOurAnswer: true) : new Opening.Plain(),
        Http = closed ? null : new HttpOutcome.Answered(new HttpAnswer { Status = 200, Version = "HTTP/1.1" }),
        Redaction = Redaction.For(new ScanRequest { Target = Target() }),
    };

    private async Task<bool> AskAsync(params bool[] closes)
    {
        foreach (bool next in closes.Skip(1))
        {
            _server.Enqueue(next);
        }

        Exchange settled = await _refusals.SettledAsync(Usual, What(Usual, closes[0]), TestContext.Current.CancellationToken);
        _server.ShouldBeEmpty();
        return settled.Answer is null;
    }
}
