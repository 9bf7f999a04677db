using System.Collections.Immutable;

namespace Sallyport.Scan.Findings;

/// <summary>Where a rule stands in the standards.</summary>
public sealed record Standards
{
    /// <summary>Common Weakness Enumeration numbers, such as 295.</summary>
    public ImmutableArray<int> Cwe { get; init; } = [];

    /// <summary>OWASP API Security Top 10 2023 items, such as <c>API2:2023</c>.</summary>
    public ImmutableArray<string> OwaspApi { get; init; } = [];

    /// <summary>PCI DSS 4.0.1 requirements, such as <c>4.2.1</c>.</summary>
    public ImmutableArray<string> PciDss { get; init; } = [];

    /// <summary>OWASP ASVS 5.0 requirements, such as <c>12.1.3</c>.</summary>
    public ImmutableArray<string> Asvs { get; init; } = [];
}
