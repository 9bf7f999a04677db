using System.Collections.Immutable;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Remedies;

/// <summary>What to do about a TLS stack that lets a client in without the proof of its key.</summary>
internal static class ProvePossession
{
    /// <summary>General advice first, then where a stack can bring the flaw in by itself.</summary>
    public static ImmutableArray<Remedy> All { get; } =
    [
        new(null, "This is a flaw of the TLS library, not of a setting: update it at once, and put a terminator with a sound one in front until then. Do not write the handshake's state machine or its signature check yourself."),
        new(
            ServerStack.Axum,
            "An own ClientCertVerifier must not answer assertion() for the handshake's signature: call the provider's check.",
            "fn verify_tls13_signature(..) -> Result<HandshakeSignatureValid, Error> { Ok(HandshakeSignatureValid::assertion()) }",
            "fn verify_tls13_signature(..) -> Result<HandshakeSignatureValid, Error> { verify_tls13_signature(message, cert, dss, &self.algorithms) }"),
    ];
}
