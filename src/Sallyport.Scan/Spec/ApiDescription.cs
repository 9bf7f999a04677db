using System.Collections.Immutable;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>What an API description says: operations with their protection and values.</summary>
/// <param name="Version">The version of OpenAPI it is written in, such as <c>3.1.0</c>.</param>
/// <param name="Operations">The operations, in the order of the description.</param>
/// <param name="Notes">What was left out and why, and hosts that it names: they are not contacted.</param>
internal sealed record ApiDescription(string Version, ImmutableArray<Operation> Operations, ImmutableArray<string> Notes);
