namespace Sallyport.Scan.Transport;

/// <summary>What a scan has spent.</summary>
/// <param name="Requests">HTTP requests sent.</param>
/// <param name="Saved">Identical baseline requests that were not sent again.</param>
/// <param name="Connections">TCP connections opened or tried.</param>
internal sealed record TransportCounts(int Requests, int Saved, int Connections);
