namespace Sallyport.Scan.Engine;

/// <summary>What a scan has sent.</summary>
/// <param name="Requests">HTTP requests sent.</param>
/// <param name="RequestsSaved">Identical baseline requests that were not sent again.</param>
/// <param name="Connections">Connections opened.</param>
internal readonly record struct ScanTraffic(int Requests, int RequestsSaved, int Connections);
