namespace Sallyport.Scan.Findings;

/// <summary>Something worth knowing that is no weakness: it neither scores nor gates.</summary>
/// <param name="Id">The rule that observed it, such as <c>MTLS-001</c>.</param>
/// <param name="Title">What it is about, such as <c>Client certificate requested (TLS 1.3)</c>.</param>
/// <param name="Value">What was seen.</param>
public sealed record Fact(string Id, string Title, string Value);
