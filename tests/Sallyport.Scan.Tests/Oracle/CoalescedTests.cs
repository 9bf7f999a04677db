using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;

namespace Sallyport.Scan.Tests.Oracle;

public sealed class CoalescedTests
{
    [Fact]
    public async Task A_run_that_had_started_before_the_question_does_not_answer_it()
    {
        List<TaskCompletionSource<bool>> runs = [];
        SemaphoreSlim started = new(0);
        Coalesced coalesced = new(() =>
        {
            TaskCompletionSource<bool> run = new(TaskCreationOptions.RunContinuationsAsynchronously);
            runs.Add(run);
            started.Release();
            return run.Task;
        });

        Task<bool> early = coalesced.AskAsync(Cancel);
        await started.WaitAsync(Cancel);
        Task<bool>[] late = [.. Enumerable.Range(0, 50).Select(_ => coalesced.AskAsync(Cancel))];
        runs[0].SetResult(true);
        (await early).ShouldBeTrue();
        late.ShouldAllBe(task => !task.IsCompleted);
        await started.WaitAsync(Cancel);
        runs[1].SetResult(false);

        (await Task.WhenAll(late)).ShouldAllBe(answer => !answer);
        runs.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_run_that_throws_does_not_stop_the_next()
    {
        int runs = 0;
        Coalesced coalesced = new(() => runs++ == 0 ? Task.FromException<bool>(new System.InvalidOperationException("once")) : Task.FromResult(true));

        await Should.ThrowAsync<System.InvalidOperationException>(() => coalesced.AskAsync(Cancel));
        (await coalesced.AskAsync(Cancel)).ShouldBeTrue();
    }

    [Fact]
    public async Task Callers_with_patience_share_a_run_that_starts_when_the_first_ones_ends()
    {
        int runs = 0;
        TaskCompletionSource patience = new();
        Coalesced coalesced = new(() => Task.FromResult(Interlocked.Increment(ref runs) > 0));

        Task<bool>[] waiting = [.. Enumerable.Range(0, 5).Select(_ => coalesced.AskAsync(patience.Task, Cancel))];
        await Task.Yield();
        waiting.ShouldAllBe(task => !task.IsCompleted);
        patience.SetResult();

        (await Task.WhenAll(waiting)).ShouldAllBe(answer => answer);
        runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_caller_without_patience_starts_the_run_that_others_wait_for()
    {
        int runs = 0;
        TaskCompletionSource never = new();
        Coalesced coalesced = new(() => Task.FromResult(Interlocked.Increment(ref runs) > 0));

        Task<bool> waiting = coalesced.AskAsync(never.Task, Cancel);
        (await coalesced.AskAsync(Cancel)).ShouldBeTrue();

        (await waiting).ShouldBeTrue();
        runs.ShouldBe(1);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
