using System;
using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>A hello up to TLS 1.2, then bytes of our own in place of the client's flight, and what the server makes of them.</summary>
/// <param name="context">The scan.</param>
internal sealed class RawDialog(CheckContext context)
{
    /// <summary>Nothing came in time.</summary>
    public const string Silence = "silence";

    /// <summary>The connection ended without an alert.</summary>
    public const string Closed = "closed";

    /// <summary>Longer than any server needs on its way to an alert, and short enough to be asked often.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs one dialog.</summary>
    /// <param name="hello">The hello.</param>
    /// <param name="answer">Writes our flight from the server's.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>"alert 20", <see cref="Closed"/>, <see cref="Silence"/>, or the type of another record; <c>null</c> when the server's flight was not whole.</returns>
    public async Task<string?> RunAsync(HelloRequest hello, Func<ServerFlight, byte[]> answer, CancellationToken cancellationToken)
    {
        try
        {
            Stream stream = await context.Transport.Connector(context.Route)(cancellationToken).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                HelloLimits limits = new() { Timeout = context.Request.Limits.ProbeTimeout };
                return await HelloProbe.SendAsync(stream, hello, limits, cancellationToken).ConfigureAwait(false) is HelloAnswer.ServerHello { Flight: { IsComplete: true } flight }
                    ? await ReactionAsync(stream, answer(flight), cancellationToken).ConfigureAwait(false)
                    : null;
            }
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes a record.</summary>
    /// <param name="type">20 ChangeCipherSpec, 22 handshake.</param>
    /// <param name="version">The version of the session.</param>
    /// <param name="payload">At most 16,384 bytes.</param>
    public static byte[] Record(byte type, TlsVersion version, ReadOnlySpan<byte> payload) =>
        [type, (byte)((ushort)version >> 8), (byte)version, (byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private async Task<string> ReactionAsync(Stream stream, byte[] flight, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(s_patience, context.Time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await stream.WriteAsync(flight, limit.Token).ConfigureAwait(false);
            await stream.FlushAsync(limit.Token).ConfigureAwait(false);
            byte[] header = new byte[5];
            await stream.ReadExactlyAsync(header, limit.Token).ConfigureAwait(false);
            byte[] alert = new byte[2];
            if (header[0] != 21 || BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(3)) != alert.Length)
            {
                return $"record {header[0].ToString(CultureInfo.InvariantCulture)}";
            }

            await stream.ReadExactlyAsync(alert, limit.Token).ConfigureAwait(false);
            return $"alert {alert[1].ToString(CultureInfo.InvariantCulture)}";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Silence;
        }
        catch (IOException)
        {
            return Closed;
        }
    }
}
