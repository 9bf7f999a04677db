using System.Collections.Immutable;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec.Discovery;

/// <summary>What looking around without a description found.</summary>
/// <param name="Operations">Operations that answer data or refuse the caller.</param>
/// <param name="Shapes">Other ways of calling the API.</param>
/// <param name="Descriptions">Request paths that the API itself calls its description (<c>service-desc</c>, RFC 8631).</param>
/// <param name="Hosts">Other hosts that answers name: told, never contacted.</param>
internal sealed record Discovered(ImmutableArray<Operation> Operations, ImmutableArray<ApiShape> Shapes, ImmutableArray<string> Descriptions, ImmutableArray<string> Hosts);
