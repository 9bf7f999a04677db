using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Hello;

/// <summary>Opens a connection for each hello, a few at a time, counted; a silent or closed one, and one that blames the server itself, is asked a second time.</summary>
internal sealed class HelloAsker(Func<CancellationToken, ValueTask<Stream>> connect, HelloLimits limits, int degree, int maxConnections) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(degree);
    private int _connections;
    private int _sent;
    private int _repeats;

    /// <summary>How many hellos have had their turn so far.</summary>
    internal int Sent => Volatile.Read(ref _sent);

    internal int Connections => Volatile.Read(ref _connections);

    /// <summary>How many of them asked a second time what got no answer, or one that blames the server.</summary>
    internal int Repeats => Volatile.Read(ref _repeats);

    /// <summary>The answer; or null and why there is none; and the turn that it came in, of those that <see cref="Sent"/> counts.</summary>
    internal async Task<(HelloAnswer? Answer, string? Trouble, int Turn)> AskAsync(HelloRequest request, HelloLimits? special, CancellationToken cancellationToken)
    {
        (HelloAnswer? answer, string? trouble, int turn) = await OnceAsync(request, special ?? limits, cancellationToken).ConfigureAwait(false);
        if (answer is not (null or HelloAnswer.Closed or HelloAnswer.TimedOut or HelloAnswer.Alerted { Alert.Code: 0 or 80 or 90 }))
        {
            return (answer, trouble, turn);
        }

        Interlocked.Increment(ref _repeats);
        return await OnceAsync(request, special ?? limits, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _gate.Dispose();

    private async Task<(HelloAnswer? Answer, string? Trouble, int Turn)> OnceAsync(HelloRequest request, HelloLimits hello, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _connections) > maxConnections)
        {
            Interlocked.Decrement(ref _connections);
            return (null, $"the limit of {maxConnections} connections is reached", Sent);
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        int turn = Interlocked.Increment(ref _sent);
        try
        {
            Stream stream = await connect(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                return (await HelloProbe.SendAsync(stream, request, hello, cancellationToken).ConfigureAwait(false), null, turn);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return (null, $"no connection: {e.Message}", turn);
        }
        finally
        {
            _gate.Release();
        }
    }
}
