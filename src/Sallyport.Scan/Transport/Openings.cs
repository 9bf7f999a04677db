using System.Collections.Immutable;
using System.Linq;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Transport;

/// <summary>Reads how a handshake ended.</summary>
internal static class Openings
{
    // Messages that only a client sends which has read the server's hello: after one of them the server may be judging the identity.
    private static readonly ImmutableArray<string> _answers = ["Certificate", "CertificateVerify", "ClientKeyExchange", "Finished"];

    /// <summary>The opening of an outcome.</summary>
    /// <param name="outcome">How the handshake ended.</param>
    public static Opening Of(HandshakeOutcome outcome)
    {
        bool answered = outcome.Transcript.Entries.Any(e => e.Direction == TranscriptDirection.Sent && _answers.Contains(e.Message));
        return outcome switch
        {
            HandshakeOutcome.Completed completed => new Opening.Secured(SessionFacts.Of(completed.Session)),
            HandshakeOutcome.Alerted alerted => new Opening.Alerted(alerted.Alert, answered),
            HandshakeOutcome.Closed => new Opening.Closed(answered),
            HandshakeOutcome.Malformed malformed => new Opening.Malformed(malformed.Reason),
            HandshakeOutcome.TimedOut => new Opening.TimedOut(),
            HandshakeOutcome.Unsupported unsupported => new Opening.Unsupported(unsupported.Choice),
            _ => new Opening.Malformed("the handshake ended in an unknown way"),
        };
    }
}
