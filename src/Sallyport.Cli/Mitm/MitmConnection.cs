using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Cli.Mitm;

/// <summary>One client at one bad server: handshake, the first bytes, the verdict.</summary>
internal sealed partial class MitmConnection
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly MitmPort _port;
    private bool _showedCertificate;

    private MitmConnection(MitmPort port) => _port = port;

    /// <summary>Judges one client; never throws on what it does.</summary>
    /// <param name="port">The server.</param>
    /// <param name="stream">The connection; not disposed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<MitmSighting> ServeAsync(MitmPort port, Stream stream, CancellationToken cancellationToken)
    {
        var connection = new MitmConnection(port);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var tls = new SslStream(stream, leaveInnerStreamOpen: true);
        await using (tls.ConfigureAwait(false))
        {
            MitmVerdict verdict = await connection.JudgeAsync(tls, patience.Token).ConfigureAwait(false);
            return new(port.Name, verdict, connection._showedCertificate);
        }
    }

    private async Task<MitmVerdict> JudgeAsync(SslStream tls, CancellationToken cancellationToken)
    {
        SslServerAuthenticationOptions options = _port.Handshake();
        options.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            // Whatever the client shows is noted and let pass: the client is the one that is tested (docs/decisions/0032).
            _showedCertificate = certificate is not null;
            return true;
        };
        try
        {
            await tls.AuthenticateAsServerAsync(options, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new MitmVerdict.Undecided("the handshake did not end");
        }
        catch (Exception e) when (e is AuthenticationException or IOException or InvalidOperationException)
        {
            return AlertOf(e) is int alert ? new MitmVerdict.Refused(alert, AfterHandshake: false)
                : IsNotTls(e) ? new MitmVerdict.Undecided("the client did not speak TLS")
                : new MitmVerdict.Refused(null, AfterHandshake: false);
        }

        byte[] head = new byte[16 * 1024];
        try
        {
            int count = await tls.ReadAsync(head, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return new MitmVerdict.Refused(null, AfterHandshake: true);
            }

            await AnswerAsync(tls, cancellationToken).ConfigureAwait(false);
            return new MitmVerdict.WentOn(Program(head.AsSpan(0, count)));
        }
        catch (OperationCanceledException)
        {
            return new MitmVerdict.Undecided("the handshake ended, and nothing was sent");
        }
        catch (Exception e) when (e is AuthenticationException or IOException or InvalidOperationException)
        {
            return new MitmVerdict.Refused(AlertOf(e), AfterHandshake: true);
        }
    }

    private async Task AnswerAsync(SslStream tls, CancellationToken cancellationToken)
    {
        string body = $$"""{"sallyport":"{{_port.Name}}"}""";
        string answer = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
        try
        {
            await tls.WriteAsync(Encoding.ASCII.GetBytes(answer), cancellationToken).ConfigureAwait(false);
            await tls.ShutdownAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // It sent its data, which is all that counts; it need not wait for an answer.
        }
    }

    /// <summary>The User-Agent line, made fit to be shown; never any other header, which may hold a secret.</summary>
    private static string Program(ReadOnlySpan<byte> head)
    {
        string text = Encoding.Latin1.GetString(head);
        Match agent = UserAgent().Match(text);
        return agent.Success ? new string([.. agent.Groups["agent"].Value.Trim().Take(60).Select(c => c is >= ' ' and <= '~' ? c : '?')]) : "";
    }

    /// <summary>The number of the alert that the client sent, as the platform's TLS library words it (alerts are 1000 and up).</summary>
    private static int? AlertOf(Exception e)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            Match match = OpenSslAlert().Match(inner.Message);
            if (match.Success && int.Parse(match.Groups["code"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is >= 1000 and < 1256 and int code)
            {
                return code - 1000;
            }
        }

        return null;
    }

    private static bool IsNotTls(Exception e) => e.ToString() is string text
        && (text.Contains("wrong version number", StringComparison.Ordinal) || text.Contains("http request", StringComparison.Ordinal) || text.Contains("Cannot determine the frame size", StringComparison.Ordinal));

    [GeneratedRegex(@"error:0A000(?<code>[0-9A-F]{3}):", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OpenSslAlert();

    [GeneratedRegex(@"\r\nuser-agent:(?<agent>[^\r\n]{0,200})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex UserAgent();
}
