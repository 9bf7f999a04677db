using System;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Client;

namespace Sallyport.Tls.Tests.Support;

/// <summary>What a test does with a connection: shake hands, ask, read to the end.</summary>
internal static class Talk
{
    internal static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);

    internal static async Task<HandshakeOutcome> HandshakeAsync(Stream stream, ClientScript script)
    {
        using var limit = new CancellationTokenSource(Ceiling);
        return await TlsClient.HandshakeAsync(stream, script with { Timeout = Ceiling }, TimeProvider.System, limit.Token);
    }

    internal static async Task<TlsSession> OpenAsync(Stream stream, ClientScript script)
    {
        HandshakeOutcome outcome = await HandshakeAsync(stream, script);
        return outcome.ShouldBeOfType<HandshakeOutcome.Completed>($"{outcome}\n{outcome.Transcript.ToText()}").Session;
    }

    /// <summary>Sends a request and reads until the end of the connection (or until the text is there).</summary>
    internal static async Task<(string Text, ChannelRead End)> AskAsync(ByteChannel channel, string request = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n", string? until = null)
    {
        using var limit = new CancellationTokenSource(Ceiling);
        if (request.Length > 0)
        {
            await channel.WriteAsync(Encoding.ASCII.GetBytes(request), limit.Token);
        }

        var text = new StringBuilder();
        var buffer = new byte[4096];
        while (true)
        {
            ChannelRead read = await channel.ReadAsync(buffer, limit.Token);
            if (read is not ChannelRead.Data data)
            {
                return (text.ToString(), read);
            }

            text.Append(Encoding.ASCII.GetString(buffer, 0, data.Count));
            if (until is not null && text.ToString().Contains(until, StringComparison.Ordinal))
            {
                return (text.ToString(), read);
            }
        }
    }

    /// <summary>The number of the alert that ends it, in the handshake or after it; null when no alert came.</summary>
    internal static async Task<int?> VerdictAsync(Stream stream, ClientScript script, string request = "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
    {
        HandshakeOutcome outcome = await HandshakeAsync(stream, script);
        if (outcome is HandshakeOutcome.Alerted alerted)
        {
            return alerted.Alert.Code;
        }

        await using TlsSession session = outcome.ShouldBeOfType<HandshakeOutcome.Completed>($"{outcome}\n{outcome.Transcript.ToText()}").Session;
        (_, ChannelRead end) = await AskAsync(session, request);
        return end is ChannelRead.Alerted { Alert.Code: not 0 } ended ? ended.Alert.Code : null;
    }
}
