using Sallyport.Tls.Http;

namespace Sallyport.Scan.Transport;

/// <summary>A request in two forms: as it may be shown, and as it goes over the wire with its secrets.</summary>
/// <param name="Ask">The ask, its request completed but without application credentials.</param>
/// <param name="OnTheWire">The request with them.</param>
/// <param name="Withheld">Why they are not in it; <c>null</c> when they are, or when there are none.</param>
internal sealed record Prepared(Ask Ask, RawHttpRequest OnTheWire, string? Withheld);
