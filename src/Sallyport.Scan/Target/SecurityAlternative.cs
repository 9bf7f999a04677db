using System.Collections.Immutable;
using System.Linq;

namespace Sallyport.Scan.Target;

/// <summary>Requirements that hold together (AND); satisfying one alternative of an operation is enough (OR).</summary>
/// <param name="Schemes">The requirements; empty: nobody need prove anything.</param>
public sealed record SecurityAlternative(ImmutableArray<SecurityScheme> Schemes)
{
    /// <summary>Whether one of the requirements is of this kind.</summary>
    /// <param name="kind">The kind.</param>
    public bool Demands(SecuritySchemeKind kind) => Schemes.Any(scheme => scheme.Kind == kind);
}
