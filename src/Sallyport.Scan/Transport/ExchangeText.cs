using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using Sallyport.Scan.Findings;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>Writes exchanges in words for evidence: redacted, bounded, no control characters.</summary>
internal static class ExchangeText
{
    private const int MaxBody = 2048;
    private const int MaxValue = 300;
    private const int MaxHeaders = 40;

    public static string Summary(Exchange exchange) => exchange.Opening switch
    {
        Opening.Unreachable unreachable => $"no connection: {unreachable.Reason}",
        Opening.Alerted alerted => $"alert {alerted.Alert} in the handshake{(alerted.AfterOurAnswer ? "" : ", to the hello")}",
        Opening.Closed closed => closed.AfterOurAnswer ? "closed in the handshake" : "closed after the hello",
        Opening.Malformed malformed => $"no TLS: {malformed.Reason}",
        Opening.TimedOut => "no handshake in time",
        Opening.Unsupported unsupported => $"the server chose {unsupported.Choice}, which the scanner cannot speak",
        _ when exchange.NotSent is { } obstacle => $"nothing sent: {obstacle}",
        _ => Http(exchange.Http),
    };

    public static Evidence Evidence(Exchange exchange, string? title) => new()
    {
        Title = title ?? exchange.Ask.Title,
        Sent = Sent(exchange),
        Received = Received(exchange),
        Transcript = exchange.Transcript is { } transcript ? [.. transcript.Entries.Select(Line)] : [],
    };

    public static Evidence Evidence(HelloExchange exchange, string title)
    {
        HelloRequest hello = exchange.Hello;
        StringBuilder sent = new();
        sent.Append("ClientHello to ").Append(exchange.Route).Append('\n');
        sent.Append("version ").Append(hello.SupportedVersions.IsEmpty ? hello.LegacyVersion.ToString() : string.Join(", ", hello.SupportedVersions));
        sent.Append(CultureInfo.InvariantCulture, $"; {hello.CipherSuites.Length} suites");
        if (hello.CipherSuites.Length is > 0 and <= 12)
        {
            sent.Append(": ").AppendJoin(", ", hello.CipherSuites.Select(s => s.Name));
        }

        return new() { Title = title, Sent = Clean(sent.ToString(), 1000), Received = Clean(Answer(exchange), 1000) };
    }

    private static string Answer(HelloExchange exchange) => exchange.Answer switch
    {
        null => $"no connection: {exchange.Unreachable}",
        HelloAnswer.ServerHello hello => $"ServerHello: {hello.Flight.Version}, {hello.Flight.Suite.Name}"
            + (hello.Flight.Compression == 0 ? "" : $", compression {hello.Flight.Compression}"),
        HelloAnswer.Retry retry => $"HelloRetryRequest: group {retry.Group?.Name ?? "none"}, {retry.Suite.Name}",
        HelloAnswer.Alerted alerted => $"alert {alerted.Alert}",
        HelloAnswer.Closed => "closed without an answer",
        HelloAnswer.NotTls notTls => $"no TLS: {First(notTls.FirstBytes)}",
        HelloAnswer.TimedOut => "no answer in time",
        HelloAnswer.Malformed malformed => $"no TLS: {malformed.Reason}",
        _ => "an answer of an unknown kind",
    };

    // The first line of a text, and the first bytes of everything else.
    private static string First(ImmutableArray<byte> bytes)
    {
        string line = Encoding.Latin1.GetString(bytes.AsSpan()).Split('\n')[0].TrimEnd('\r');
        return line.Length > 0 && line.All(static c => c is >= ' ' and <= '~') ? line : $"it begins with {Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 8)))}";
    }

    private static string Http(HttpOutcome? outcome) => outcome switch
    {
        null => "handshake finished, nothing asked",
        HttpOutcome.Answered { Answer: { BodyTruncated: true, BodyTooLong: false } broken } => $"HTTP {broken.Status}, broken off",
        HttpOutcome.Answered { Answer: { BodyTooLong: true } endless } => $"HTTP {endless.Status}, a body {endless.BodyDefect}",
        HttpOutcome.Answered answered => $"HTTP {answered.Answer.Status}",
        HttpOutcome.Alerted { Alert.IsCloseNotify: true } => "closed without an answer",
        HttpOutcome.Alerted alerted => $"alert {alerted.Alert} after the handshake",
        HttpOutcome.Closed { BytesReceived: 0 } => "closed without an answer",
        HttpOutcome.Closed => "closed within the answer",
        HttpOutcome.Malformed malformed => $"no HTTP: {malformed.Reason}",
        HttpOutcome.TimedOut => "no answer in time",
        HttpOutcome.StreamReset reset => $"stream reset with code {reset.ErrorCode}",
        HttpOutcome.GoAway goAway => $"connection ended with GOAWAY code {goAway.ErrorCode}",
        _ => "an outcome of an unknown kind",
    };

    private static string Sent(Exchange exchange)
    {
        Ask ask = exchange.Ask;
        StringBuilder text = new();
        text.Append("to ").Append(ask.Route).Append('\n');
        text.Append("as ").Append(ask.Actor.Name).Append(": ").Append(Certificate(ask.Actor.Credential)).Append('\n');
        if (exchange.Withheld is { } withheld)
        {
            text.Append("application credentials withheld: ").Append(withheld).Append('\n');
        }

        if (ask.Request is { } request)
        {
            text.Append(request.Method).Append(' ').Append(exchange.Redaction.Text(request.Target)).Append(ask.Http == HttpFlavor.Http2 ? " HTTP/2\n" : $" {request.ProtocolText}\n");
            if (request.AddHost || ask.Http == HttpFlavor.Http2)
            {
                text.Append("Host: ").Append(request.Authority ?? request.Host ?? ask.Route.Host).Append('\n');
            }

            Headers(text, request.Headers, exchange.Redaction);
            if (!request.Body.IsEmpty)
            {
                text.Append(CultureInfo.InvariantCulture, $"({request.Body.Length} bytes of body)\n");
            }
        }

        return Clean(text.ToString(), 4096);
    }

    private static string Received(Exchange exchange)
    {
        StringBuilder text = new();
        if (exchange.Session is { } session)
        {
            text.Append(session.Version).Append(", ").Append(session.Suite.Name);
            text.Append(session.Resumed ? ", resumed" : "");
            text.Append(session.CertificateRequested ? ", client certificate requested" : ", no client certificate requested").Append('\n');
        }

        if (exchange.Answer is not { } answer)
        {
            return Clean(text.Append(exchange.Redaction.Text(Summary(exchange))).ToString(), 1000);
        }

        text.Append(answer.Version).Append(' ').Append(answer.Status).Append(' ').Append(exchange.Redaction.Text(answer.Reason)).Append('\n');
        Headers(text, answer.Headers, exchange.Redaction);
        string body = exchange.Redaction.Text(Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, 4 * MaxBody)]));
        text.Append('\n').Append(body.Length > MaxBody ? body[..MaxBody] + "…" : body);
        return Clean(text.ToString(), 4 * MaxBody);
    }

    private static void Headers(StringBuilder text, ImmutableArray<HttpHeader> headers, Redaction redaction)
    {
        foreach (HttpHeader header in headers.Take(MaxHeaders))
        {
            string value = redaction.Header(header.Name, header.Value);
            text.Append(header.Name).Append(": ").Append(value.Length > MaxValue ? value[..MaxValue] + "…" : value).Append('\n');
        }
    }

    private static string Certificate(ClientCredential? credential) => credential switch
    {
        null => "no certificate",
        { Key: null } => $"{credential.Chain.Length} certificate(s), without the key",
        _ => $"{credential.Chain.Length} certificate(s)",
    };

    private static string Line(TranscriptEntry entry) => Clean(
        string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Offset.TotalMilliseconds:0.0} ms {(entry.Direction == TranscriptDirection.Sent ? ">" : "<")} {entry.Message} ({entry.Length} bytes) {entry.Detail}").TrimEnd(),
        300);

    // What a server sends is shown to terminals and in documents: nothing but text and line breaks goes through.
    private static string Clean(string text, int max)
    {
        StringBuilder clean = new(Math.Min(text.Length, max));
        foreach (char c in text.Length > max ? text[..max] : text)
        {
            clean.Append(c is '\n' || !char.IsControl(c) ? c : c is '\r' or '\t' ? ' ' : '\uFFFD');
        }

        return clean.ToString().TrimEnd();
    }
}
