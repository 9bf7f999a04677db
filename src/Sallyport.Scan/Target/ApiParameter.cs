using System.Collections.Immutable;

namespace Sallyport.Scan.Target;

/// <summary>A parameter of an operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="In"><c>path</c>, <c>query</c>, <c>header</c> or <c>cookie</c>.</param>
/// <param name="Required">Whether it must be sent.</param>
/// <param name="Examples">Values from examples, defaults and enumerations of the description.</param>
public sealed record ApiParameter(string Name, string In, bool Required, ImmutableArray<string> Examples)
{
    /// <summary>What the value is; <c>null</c> when the description says nothing.</summary>
    public ApiSchema? Schema { get; init; }
}
