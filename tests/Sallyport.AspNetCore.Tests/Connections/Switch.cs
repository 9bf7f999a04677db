using System;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Connections;

/// <summary>What a test turns: whether streams finish, and whether what is asked about them breaks.</summary>
internal sealed class Switch
{
    private int _asked;

    public TaskCompletionSource Finish { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool Breaks { get; set; }

    public int Asked => Volatile.Read(ref _asked);

    public void Ask()
    {
        Interlocked.Increment(ref _asked);
        if (Breaks)
        {
            throw new InvalidOperationException("the policy's store does not answer");
        }
    }
}
