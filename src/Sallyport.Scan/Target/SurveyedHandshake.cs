using System.Linq;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Client;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Target;

/// <summary>What the survey saw of one TLS version, as a client without a certificate.</summary>
internal sealed record SurveyedHandshake
{
    /// <summary>The version.</summary>
    public required TlsVersion Version { get; init; }

    /// <summary>The handshake and, when it finished, the request of the protected operation (or of the API's root).</summary>
    public required Exchange Nobody { get; init; }

    /// <summary>The request for a client certificate; <c>null</c> when none was seen, or only its name was (see <see cref="State"/>).</summary>
    public CertificateRequestFacts? Request { get; init; }

    /// <summary>What the server said to hellos of this version with everything that there is to offer; <c>null</c> when nobody had to ask.</summary>
    public VersionSupport? Support { get; init; }

    /// <summary>Whether the hello was refused by an alert that an unknown version gets, but also a hello that lacks what the server insists on.</summary>
    public bool IsRefusedForAnyReason => Nobody.Opening is Opening.Alerted
    {
        AfterOurAnswer: false,
        Alert.Description: AlertDescription.HandshakeFailure or AlertDescription.InsufficientSecurity or AlertDescription.IllegalParameter,
    };

    /// <summary>Whether the version is offered; <c>null</c> when undecided.</summary>
    public bool? Offered => Nobody.Opening switch
    {
        Opening.Secured => true,
        Opening.Alerted { AfterOurAnswer: true } or Opening.Closed { AfterOurAnswer: true } => true,
        Opening.Alerted { Alert.Description: AlertDescription.ProtocolVersion } => false,
        _ when IsRefusedForAnyReason && Support == VersionSupport.Refused => false,
        _ => null,
    };

    /// <summary>Whether a client certificate is asked for in the handshake.</summary>
    public RequestState State => (Offered, Nobody.Opening) switch
    {
        (false, _) => RequestState.NotOffered,
        (true, _) when Request is not null => RequestState.Requested,
        (true, Opening.Secured) => RequestState.NotRequested,
        (true, _) when SeenInTranscript => RequestState.Requested,
        _ => RequestState.Undecided,
    };

    // A handshake that a missing certificate ended has no session to read the question from, but the question came by.
    private bool SeenInTranscript => Nobody.Transcript?.Entries.Any(e => e is { Direction: TranscriptDirection.Received, Message: "CertificateRequest" }) == true;
}
