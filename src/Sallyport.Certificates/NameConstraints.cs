using System.Collections.Immutable;

namespace Sallyport.Certificates;

/// <summary>The nameConstraints extension (RFC 5280, section 4.2.1.10).</summary>
/// <param name="Permitted">The subtrees names must lie in, by kind; empty when absent.</param>
/// <param name="Excluded">The subtrees names must not lie in; empty when absent.</param>
/// <param name="UsesDistances">Whether a subtree has a minimum above 0 or a maximum, which no RFC 5280 verifier may process.</param>
public sealed record NameConstraints(ImmutableArray<GeneralName> Permitted, ImmutableArray<GeneralName> Excluded, bool UsesDistances);
