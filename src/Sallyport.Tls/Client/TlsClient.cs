using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Records;

namespace Sallyport.Tls.Client;

/// <summary>Our own TLS client, 1.3 and 1.2, that does what the script says instead of what is safe.</summary>
/// <remarks>RFC 8446 and RFC 5246. Does not judge the server's chain: <see cref="TlsSession.ServerCertificates"/> is for the caller to judge.</remarks>
public static class TlsClient
{
    /// <summary>Runs one handshake.</summary>
    /// <param name="stream">A connected stream; the session owns it when the handshake completes, and the call disposes it otherwise.</param>
    /// <param name="script">What to say.</param>
    /// <param name="time">Where the time comes from.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    /// <returns>How it ended; never an exception for what the server sent.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ArgumentException">The script contradicts itself.</exception>
    public static Task<HandshakeOutcome> HandshakeAsync(Stream stream, ClientScript script, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(time);
        return RunAsync(stream, script, new HelloPlan(script, time), time, cancellationToken);
    }

    private static async Task<HandshakeOutcome> RunAsync(Stream stream, ClientScript script, HelloPlan plan, TimeProvider time, CancellationToken cancellationToken)
    {
        using HelloPlan keys = plan;
        using var limit = new CancellationTokenSource(script.Timeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        var connection = new Connection(new RecordStream(stream), script, time);
        HandshakeOutcome? outcome = null;
        try
        {
            outcome = await new ClientHandshake(connection, plan).RunAsync(deadline.Token).ConfigureAwait(false);
            return outcome;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new HandshakeOutcome.TimedOut { Transcript = connection.Transcript };
        }
        finally
        {
            if (outcome is not HandshakeOutcome.Completed)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
