using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Records;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>A handshake from the first byte: hello, perhaps a retry, then the generation the server chose.</summary>
internal sealed class ClientHandshake(Connection connection, HelloPlan plan)
{
    private readonly ClientScript _script = connection.Script;
    private readonly HandshakeLog _log = new();
    private readonly HandshakeReader _reader = new(connection);
    private bool _earlyDataSent;

    internal async Task<HandshakeOutcome> RunAsync(CancellationToken cancellationToken)
    {
        _earlyDataSent = !_script.EarlyData.IsEmpty && plan.Psk is not null;
        EncodedClientHello hello = await SendHelloAsync([], cancellationToken).ConfigureAwait(false);
        if (_earlyDataSent)
        {
            await SendEarlyDataAsync(hello, cancellationToken).ConfigureAwait(false);
        }

        (ServerHelloMessage Hello, SuiteParameters Suite)? answer = await ReadHelloAsync(cancellationToken).ConfigureAwait(false);
        if (answer is { Hello.IsRetry: true } retry)
        {
            answer = await AnswerRetryAsync(retry.Hello, retry.Suite, cancellationToken).ConfigureAwait(false);
        }

        SessionCore? core = answer is not { } found
            ? null
            : found.Hello.Version >= TlsVersion.Tls13
                ? await new Handshake13(connection, plan, _reader, _log, _earlyDataSent).ContinueAsync(found.Hello, found.Suite, cancellationToken).ConfigureAwait(false)
                : await ContinueOlderAsync(found.Hello, found.Suite, cancellationToken).ConfigureAwait(false);
        return core is null
            ? _reader.End ?? new HandshakeOutcome.Closed { Transcript = connection.Transcript }
            : new HandshakeOutcome.Completed(new TlsSession(core)) { Transcript = connection.Transcript };
    }

    private async ValueTask<(ServerHelloMessage Hello, SuiteParameters Suite)?> ReadHelloAsync(CancellationToken cancellationToken)
    {
        (ServerHelloMessage Hello, SuiteParameters Suite)? answer = await ServerHelloReader.ReadAsync(connection, _reader, _log, cancellationToken).ConfigureAwait(false);

        // A TLS 1.3 server sends its empty ChangeCipherSpec right after the first ServerHello or retry (RFC 8446, appendix D.4).
        connection.IsTls13 = answer is { Hello.Version: >= TlsVersion.Tls13 };
        return answer;
    }

    private async ValueTask<(ServerHelloMessage Hello, SuiteParameters Suite)?> AnswerRetryAsync(
        ServerHelloMessage retry, SuiteParameters suite, CancellationToken cancellationToken)
    {
        if (plan.Retry(retry, suite) is { } choice)
        {
            _reader.Unsupported(choice);
            return null;
        }

        // Early data ends with a retry; the second hello is in the clear again.
        _earlyDataSent = false;
        connection.Records.ProtectWriting(null);
        await SendHelloAsync([.. retry.Cookie], cancellationToken).ConfigureAwait(false);
        connection.IsTls13 = true;
        (ServerHelloMessage Hello, SuiteParameters Suite)? answer = await ServerHelloReader.ReadAsync(connection, _reader, _log, cancellationToken).ConfigureAwait(false);
        if (answer is { Hello.IsRetry: true })
        {
            _reader.Malformed("a second HelloRetryRequest");
            return null;
        }

        if (answer is { } found && (found.Suite != suite || found.Hello.Version != retry.Version))
        {
            _reader.Malformed("another suite or version than the HelloRetryRequest named");
            return null;
        }

        return answer;
    }

    private async Task<Core12?> ContinueOlderAsync(ServerHelloMessage hello, SuiteParameters suite, CancellationToken cancellationToken)
    {
        if (hello.Version < TlsVersion.Tls12 && suite.IsCbc is false)
        {
            _reader.Malformed($"suite {hello.Suite.Name} before TLS 1.2");
            return null;
        }

        var handshake = new Handshake12(connection, _reader, _log, new Offer12
        {
            ClientRandom = plan.Random,
            LegacyVersion = plan.Request.LegacyVersion,
            Resume = _script.Resume is { Kind: not SessionTicketKind.Tls13 } ticket ? ticket : null,
            MustResume = _script is { Resume: not null, AcceptFullHandshake: false },
            ServerName = plan.ServerName,
            Credential = _script.Credential,
            Answer = _script.CertificateAnswer,
        });
        if (_earlyDataSent)
        {
            // A server that goes down to TLS 1.2 takes early data for garbage; nothing sensible can follow.
            _reader.Unsupported("an older version although early data was sent");
            return null;
        }

        return await handshake.ContinueAsync(hello, suite, cancellationToken).ConfigureAwait(false)
            ? new Core12(connection, plan.Request with { CipherSuites = [.. plan.Request.CipherSuites.Where(static s => !s.IsTls13)] }, handshake.Facts, handshake.ClientVerifyData)
            : null;
    }

    private async ValueTask<EncodedClientHello> SendHelloAsync(byte[] cookie, CancellationToken cancellationToken)
    {
        EncodedClientHello hello = plan.Encode(_log, cookie, _earlyDataSent);
        _log.Add(hello.Message);
        connection.Transcript.Sent("ClientHello", hello.Message.Length, Describe());
        byte[] records = HelloFraming.Records(hello.Message, plan.Request.RecordVersion, plan.Request.Fragmentation);
        foreach (ReadOnlyMemory<byte> piece in HelloFraming.Writes(records, plan.Request.Fragmentation))
        {
            await connection.Records.WriteRawAsync(piece, cancellationToken).ConfigureAwait(false);
        }

        return hello;
    }

    private string Describe()
    {
        string names = plan.Request.ServerNames.Length switch
        {
            0 => "no server name",
            1 => $"server name {Printable(plan.ServerName ?? "")}",
            int count => $"{count} server names",
        };
        string alpn = plan.Request.Alpn.IsEmpty ? "" : $", alpn {string.Join(' ', plan.Request.Alpn.Select(Printable))}";
        string ticket = _script.Resume is { } resume && (resume.Kind != SessionTicketKind.Tls13 || plan.Psk is not null) ? $", ticket {resume.Kind}" : "";
        bool cut = plan.Request.Fragmentation is { RecordSizes.IsEmpty: false } or { WriteSizes.IsEmpty: false };
        return $"{names}{alpn}{ticket}{(_earlyDataSent ? ", early data" : "")}{(cut ? ", cut in pieces" : "")}";
    }

    private static string Printable(string text) => new([.. text.Take(255).Select(static c => c is > ' ' and < '\u007f' ? c : '?')]);

    private async ValueTask SendEarlyDataAsync(EncodedClientHello hello, CancellationToken cancellationToken)
    {
        if (plan.Psk is not { } ticket || !SuiteParameters.TryFind(ticket.Suite.Value, out SuiteParameters? suite))
        {
            return;
        }

        byte[] early = KeySchedule13.EarlySecret(suite.Hash, ticket.Secret);
        byte[] traffic = KeySchedule13.DeriveSecret(suite.Hash, early, "c e traffic", KeySchedule13.Hash(suite.Hash, hello.Message));
        connection.Records.ProtectWriting(new Tls13Protection(suite, traffic));
        connection.Transcript.Sent("early data", _script.EarlyData.Length);
        await connection.Records.WriteAsync(RecordType.ApplicationData, _script.EarlyData, cancellationToken).ConfigureAwait(false);
    }
}
