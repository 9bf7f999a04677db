using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Hello;

/// <summary>Sends one ClientHello and reads what is readable of the answer, without keys.</summary>
/// <remarks>Speaks SSL 2.0 to TLS 1.3. Neither signatures nor certificates are checked: this is what the server says, not what is true.</remarks>
public static class HelloProbe
{
    /// <summary>Sends the hello with the default limits.</summary>
    /// <param name="stream">A fresh connection; left open, but of no further use.</param>
    /// <param name="request">What to say.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an answer.</param>
    /// <returns>The answer; nothing that the server sends makes this throw.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The request does not fit the length fields of a ClientHello.</exception>
    public static Task<HelloAnswer> SendAsync(Stream stream, HelloRequest request, CancellationToken cancellationToken) =>
        SendAsync(stream, request, HelloLimits.Default, cancellationToken);

    /// <summary>Sends the hello.</summary>
    /// <param name="stream">A fresh connection; left open, but of no further use.</param>
    /// <param name="request">What to say.</param>
    /// <param name="limits">Time and bytes.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an answer.</param>
    /// <returns>The answer; nothing that the server sends makes this throw.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The request does not fit the length fields of a ClientHello.</exception>
    public static Task<HelloAnswer> SendAsync(Stream stream, HelloRequest request, HelloLimits limits, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(limits);
        return TalkAsync(stream, Encode(request), request, limits, cancellationToken);
    }

    /// <summary>The bytes of the hello as they go onto the connection.</summary>
    internal static byte[] Encode(HelloRequest request)
    {
        byte[] random = request.Random is { Length: 32 } given ? [.. given] : RandomNumberGenerator.GetBytes(32);
        if (request.Ssl2Hello)
        {
            return Ssl2Wire.Hello(request, random);
        }

        var parts = new ClientHelloParts { Random = random, KeyShares = ProbeKeyShares.For(request) };
        return HelloFraming.Records(ClientHelloEncoder.Encode(request, parts).Message, request.RecordVersion, request.Fragmentation);
    }

    private static async Task<HelloAnswer> TalkAsync(
        Stream stream, byte[] hello, HelloRequest request, HelloLimits limits, CancellationToken cancellationToken)
    {
        var reader = new FlightReader(request, limits);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(8192);
        using var timeout = new CancellationTokenSource(limits.Timeout, limits.Time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            await WriteAsync(stream, HelloFraming.Writes(hello, request.Fragmentation), deadline.Token).ConfigureAwait(false);
            while (true)
            {
                int count = await ReadAsync(stream, buffer, deadline.Token).ConfigureAwait(false);
                HelloAnswer? answer = count == 0 ? reader.End() : reader.Feed(buffer.AsSpan(0, count));
                if (answer is not null)
                {
                    return answer;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return reader.Expire();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task WriteAsync(Stream stream, IReadOnlyList<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken)
    {
        try
        {
            foreach (ReadOnlyMemory<byte> piece in pieces)
            {
                await stream.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The server hung up while we spoke; an alert may still wait to be read.
        }
    }

    private static async ValueTask<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }
}
