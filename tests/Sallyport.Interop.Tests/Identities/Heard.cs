using System;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.Interop.Tests.Identities;

/// <summary>Waits for a change to reach a node.</summary>
internal static class Heard
{
    private static readonly TimeSpan _ceiling = TimeSpan.FromSeconds(30);

    /// <summary>Changes something and returns when a node has a younger snapshot that fits: what it hears first may be an earlier change.</summary>
    public static async Task AfterAsync(IIdentityDirectory directory, Func<Task> change, Func<bool>? fits = null)
    {
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long before = directory.Epoch;
        directory.Subscribe(epoch =>
        {
            if (epoch > before && fits?.Invoke() != false)
            {
                heard.TrySetResult();
            }
        });
        await change();
        await heard.Task.WaitAsync(_ceiling, TestContext.Current.CancellationToken);
    }
}
