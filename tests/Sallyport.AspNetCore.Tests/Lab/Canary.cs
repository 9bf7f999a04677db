using System;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>A listener that accepts, says nothing for ever and counts who came: a URL in a certificate that nobody may follow.</summary>
internal sealed class Canary : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _visits;

    public Canary()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Visits => Volatile.Read(ref _visits);

    public string Url => $"http://{_listener.LocalEndpoint}/issuer.cer";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                // Kept open until the listener's end, so that whoever came waits.
                _ = await _listener.AcceptSocketAsync(_end.Token);
                Interlocked.Increment(ref _visits);
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The test is over.
        }
    }
}
