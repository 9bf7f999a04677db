namespace Sallyport.Scan.Findings;

/// <summary>How bad a finding is. What is worth knowing but no weakness is a <see cref="Fact"/>, never a severity.</summary>
public enum Severity
{
    /// <summary>Low: hygiene; SARIF <c>note</c>, security-severity 2.5.</summary>
    Low,

    /// <summary>Medium: helps an attack; SARIF <c>warning</c>, security-severity 5.5.</summary>
    Medium,

    /// <summary>High: breaks one protection; SARIF <c>error</c>, security-severity 8.0.</summary>
    High,

    /// <summary>Critical: gives what the protection was for; SARIF <c>error</c>, security-severity 9.5.</summary>
    Critical,
}
