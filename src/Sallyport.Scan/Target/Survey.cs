using System.Collections.Immutable;
using System.Net;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Spec.Discovery;

namespace Sallyport.Scan.Target;

/// <summary>What is known of the target before any check runs. Made once; a check never finds it out again.</summary>
internal sealed record Survey
{
    /// <summary>The address that was reached.</summary>
    public required IPEndPoint Address { get; init; }

    /// <summary>Why the target could not be surveyed; <c>null</c> when it could. No check runs then.</summary>
    public string? Failure { get; init; }

    /// <summary>Whether TLS 1.2 is offered; <c>null</c> when undecided.</summary>
    public bool? Tls12 { get; init; }

    /// <summary>Whether TLS 1.3 is offered; <c>null</c> when undecided.</summary>
    public bool? Tls13 { get; init; }

    /// <summary>Whether HTTP/2 is offered by ALPN.</summary>
    public bool Http2 { get; init; }

    /// <summary>Whether a client certificate is asked for in a TLS 1.2 handshake; <c>null</c> when there is none.</summary>
    public bool? Requested12 { get; init; }

    /// <summary>Whether a client certificate is asked for in a TLS 1.3 handshake; <c>null</c> when there is none.</summary>
    public bool? Requested13 { get; init; }

    /// <summary>What was seen of each TLS version, as a client without a certificate; empty without TLS.</summary>
    public ImmutableArray<SurveyedHandshake> Handshakes { get; init; } = [];

    /// <summary>What A was answered; <c>null</c> when there is no baseline.</summary>
    public Baseline? Control { get; init; }

    /// <summary>What B gets at its own resource of the protected operation; <c>null</c> when it could not be learned.</summary>
    public Baseline? ControlOfB { get; init; }

    /// <summary>What a self-signed stranger gets on the protected operation; <c>null</c> when it was not asked.</summary>
    public Verdict? Stranger { get; init; }

    /// <summary>Whether one is asked for after the handshake (renegotiation or post-handshake) on the protected operation.</summary>
    public bool RequestedLater { get; init; }

    /// <summary>The server's chain, DER, as sent; empty when none was seen.</summary>
    public ImmutableArray<ImmutableArray<byte>> ServerChain { get; init; } = [];

    /// <summary>Whether the server's chain leads to the given roots and names the host; <c>false</c> withholds tokens and cookies.</summary>
    public bool ServerTrusted { get; init; }

    /// <summary>Why it is not trusted; <c>null</c> when it is.</summary>
    public string? ServerDistrust { get; init; }

    /// <summary>The other virtual hosts of the same address: given names and names of the server's certificate, without the target's own.</summary>
    public ImmutableArray<string> OtherNames { get; init; } = [];

    /// <summary>The identity "A": the first valid one with a certificate; <c>null</c> when none was given.</summary>
    public Identity? A { get; init; }

    /// <summary>The first identity to ask as: <see cref="A"/>, or without one the first valid identity with application credentials; <c>null</c> for none.</summary>
    public Identity? Caller { get; init; }

    /// <summary>The identity "B": the next valid one with another certificate; <c>null</c> when none was given.</summary>
    public Identity? B { get; init; }

    /// <summary>The operation that H(x) is asked on, resolved with A's values; <c>null</c> when none could be chosen.</summary>
    public Operation? ProtectedOperation { get; init; }

    /// <summary>The request path of <see cref="ProtectedOperation"/> with A's values filled in.</summary>
    public string? ProtectedPath { get; init; }

    /// <summary>Whether the protected operation is one that the user or the description declares protected.</summary>
    public bool ProtectionDeclared { get; init; }

    /// <summary>Whether H(A) was accepted, twice.</summary>
    public bool BaselineSucceeded { get; init; }

    /// <summary>Why it was not; <c>null</c> when it was.</summary>
    public string? BaselineFailure { get; init; }

    /// <summary>How the server treats a client without a certificate.</summary>
    public AuthVerdict Authentication { get; init; } = new AuthVerdict.Unknown("not surveyed");

    /// <summary>The stack in front, given or detected; <c>null</c> when unknown.</summary>
    public ServerStack? Stack { get; init; }

    /// <summary>The API's description; <c>null</c> when none was given or found.</summary>
    public ApiDescription? Description { get; init; }

    /// <summary>Where the API is called in another way than by plain resources: GraphQL, gRPC, JSON-RPC, language models.</summary>
    public ImmutableArray<ApiShape> Shapes { get; init; } = [];

    /// <summary>Other hosts that the API's answers name, found while looking for operations: told, never contacted.</summary>
    public ImmutableArray<string> HostsNamed { get; init; } = [];

    /// <summary>Whether the address is loopback.</summary>
    public bool IsLoopback => IPAddress.IsLoopback(Address.Address);

    /// <summary>Whether a certificate is asked for anywhere that was looked at.</summary>
    public bool CertificateRequested => Requested12 == true || Requested13 == true || RequestedLater;
}
