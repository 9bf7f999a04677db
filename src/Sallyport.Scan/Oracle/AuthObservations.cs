namespace Sallyport.Scan.Oracle;

/// <summary>What was observed of a server's client authentication: the input of <see cref="AuthVerdict.Decide"/>.</summary>
internal sealed record AuthObservations
{
    /// <summary>Whether a certificate is asked for in a TLS 1.2 handshake.</summary>
    public RequestState Tls12 { get; init; }

    /// <summary>Whether a certificate is asked for in a TLS 1.3 handshake.</summary>
    public RequestState Tls13 { get; init; }

    /// <summary>Whether one is asked for after a handshake, on the operation that was asked.</summary>
    public bool RequestedLater { get; init; }

    /// <summary>What a client without a certificate gets over TLS 1.2.</summary>
    public ObservedTreatment Nobody12 { get; init; } = new ObservedTreatment.NotAsked();

    /// <summary>What a client without a certificate gets over TLS 1.3.</summary>
    public ObservedTreatment Nobody13 { get; init; } = new ObservedTreatment.NotAsked();

    /// <summary>What the valid identity A gets.</summary>
    public ObservedTreatment Valid { get; init; } = new ObservedTreatment.NotAsked();
}
