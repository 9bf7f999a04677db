using System.Threading;
using System.Threading.Tasks;
using Sallyport.Tls.Crypto;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Client;

/// <summary>Reads a ServerHello and looks whether its version and suite can be spoken.</summary>
internal static class ServerHelloReader
{
    /// <summary>The hello, logged, and its suite; null = ended.</summary>
    internal static async ValueTask<(ServerHelloMessage Hello, SuiteParameters Suite)?> ReadAsync(
        Connection connection, HandshakeReader reader, HandshakeLog log, CancellationToken cancellationToken)
    {
        if (await reader.ExpectAsync(HandshakeType.ServerHello, cancellationToken).ConfigureAwait(false) is not { } message)
        {
            return null;
        }

        if (!ServerHelloMessage.TryRead(message.Body, out ServerHelloMessage? hello))
        {
            reader.Malformed("ServerHello out of shape");
            return null;
        }

        string name = hello.IsRetry ? "HelloRetryRequest" : "ServerHello";
        connection.Transcript.Received(name, message.Raw.Length, $"{Name(hello.Version)}, {hello.Suite.Name}{(hello.KeyShareGroup is { } group ? $", {group.Name}" : "")}");
        ClientScript script = connection.Script;
        if (hello.Version < script.MinimumVersion || hello.Version > script.MaximumVersion)
        {
            reader.Unsupported(Name(hello.Version));
            return null;
        }

        if (hello.Compression != 0)
        {
            reader.Unsupported($"compression method {hello.Compression}");
            return null;
        }

        bool newer = hello.Version >= TlsVersion.Tls13;
        if (!SuiteParameters.TryFind(hello.Suite.Value, out SuiteParameters? suite) || (suite.KeyExchange == SuiteKeyExchange.Tls13) != newer)
        {
            reader.Unsupported($"suite {hello.Suite.Name}");
            return null;
        }

        if (!hello.IsRetry)
        {
            log.Add(message.Raw.Span);
            return (hello, suite);
        }

        // The first hello is folded under the hash that only the retry names.
        log.FoldFirstHello(suite.Hash);
        log.Add(message.Raw.Span);
        return (hello, suite);
    }

    private static string Name(TlsVersion version) => version switch
    {
        TlsVersion.Ssl3 => "SSL 3.0",
        TlsVersion.Tls10 => "TLS 1.0",
        TlsVersion.Tls11 => "TLS 1.1",
        TlsVersion.Tls12 => "TLS 1.2",
        TlsVersion.Tls13 => "TLS 1.3",
        _ => $"version 0x{(ushort)version:X4}",
    };
}
