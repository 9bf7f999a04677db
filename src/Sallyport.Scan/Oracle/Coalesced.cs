using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Oracle;

/// <summary>Answers "is it so now?" for many callers with few runs: a run counts only for those who asked before it started.</summary>
/// <param name="run">One run.</param>
internal sealed class Coalesced(Func<Task<bool>> run)
{
    private readonly Lock _gate = new();
    private Task<bool> _current = Task.FromResult(false);
    private Task<bool>? _next;
    private TaskCompletionSource? _wanted;

    /// <summary>The answer of a run that starts after this call.</summary>
    /// <param name="cancellationToken">Cancels this caller's wait; others keep theirs.</param>
    public Task<bool> AskAsync(CancellationToken cancellationToken) => AskAsync(Task.CompletedTask, cancellationToken);

    /// <summary>The same for a caller with time: others may join until its patience ends, or until someone asks who has none.</summary>
    /// <param name="patience">Completes, in whatever way, when the run must start.</param>
    /// <param name="cancellationToken">Cancels this caller's wait; others keep theirs.</param>
    public Task<bool> AskAsync(Task patience, CancellationToken cancellationToken)
    {
        Task<bool> answer;
        lock (_gate)
        {
            if (_next is null)
            {
                _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _next = AfterAsync(_current, Task.WhenAny(patience, _wanted.Task));
            }
            else if (patience.IsCompleted)
            {
                _wanted?.TrySetResult();
            }

            answer = _next;
        }

        return answer.WaitAsync(cancellationToken);
    }

    private async Task<bool> AfterAsync(Task<bool> current, Task wanted)
    {
        // Never runs within the lock of the caller that made it.
        await Task.Yield();
        await wanted.ConfigureAwait(false);
        await ((Task)current).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task<bool> own;
        lock (_gate)
        {
            own = run();
            _current = own;
            _next = null;
        }

        return await own.ConfigureAwait(false);
    }
}
