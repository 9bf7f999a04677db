using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>Waits for what must come, up to the ceiling that means failure.</summary>
internal static class Eventually
{
    /// <summary>Asks until it is so.</summary>
    public static async Task IsTrueAsync(Func<bool> condition)
    {
        using var ceiling = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ceiling.CancelAfter(GuardedClient.Ceiling);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            await timer.WaitForNextTickAsync(ceiling.Token);
        }
    }

    /// <summary>Reads on until the peer has closed, in whatever way.</summary>
    public static async Task IsClosedAsync(Stream stream)
    {
        using var ceiling = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        ceiling.CancelAfter(GuardedClient.Ceiling);
        var octets = new byte[4096];
        try
        {
            while (await stream.ReadAsync(octets, ceiling.Token) > 0)
            {
                // What was still in flight.
            }
        }
        catch (Exception e) when (e is IOException or System.Net.Http.HttpRequestException)
        {
            // Cut.
        }
    }
}
