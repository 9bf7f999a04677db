using Sallyport.Scan.Target;

namespace Sallyport.Scan.Transport;

/// <summary>A header that carries a credential which a probe made or took from elsewhere. Treated as every credential: sent only where they may go, never shown.</summary>
/// <param name="Name">The header's name.</param>
/// <param name="Value">Its whole value.</param>
internal sealed record PresentedHeader(string Name, Secret Value);
