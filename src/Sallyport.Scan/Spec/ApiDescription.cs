using System.Collections.Immutable;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>What an API description says: operations with their protection, values, bodies and answers.</summary>
/// <param name="Version">The version of OpenAPI it is written in, such as <c>3.1.0</c>.</param>
/// <param name="Operations">The operations, in the order of the description.</param>
/// <param name="Notes">What was left out and why, and hosts that it names: they are not contacted.</param>
internal sealed record ApiDescription(string Version, ImmutableArray<Operation> Operations, ImmutableArray<string> Notes)
{
    /// <summary>The security schemes that it defines, in its order; also those that no operation demands.</summary>
    public ImmutableArray<DescribedScheme> Schemes { get; init; } = [];

    /// <summary>The URLs of its servers with the defaults of their variables, in its order; of 2.0, those that its schemes, host and base path make.</summary>
    public ImmutableArray<string> Servers { get; init; } = [];
}
