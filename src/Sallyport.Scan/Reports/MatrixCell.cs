namespace Sallyport.Scan.Reports;

/// <summary>One cell of the matrix: an identity (good or bad) at an operation.</summary>
/// <param name="Identity">The identity, such as <c>alice</c>, <c>none</c> or <c>rogue CA, same names</c>.</param>
/// <param name="Operation">The operation, such as <c>GET /profiles/{id}</c>.</param>
/// <param name="Verdict"><c>accepted</c>, <c>rejected</c> or <c>undecided</c>.</param>
/// <param name="Detail">How: an alert, a close, an HTTP status, or why undecided.</param>
/// <param name="Expected"><c>true</c> as it should be, <c>false</c> not, <c>null</c> when nothing was declared.</param>
/// <param name="Rule">The rule that probed it; <c>null</c> for a control.</param>
public sealed record MatrixCell(string Identity, string Operation, string Verdict, string Detail, bool? Expected, string? Rule)
{
    /// <summary>
    /// Which of its credentials the identity showed: <c>certificate</c>, <c>token</c> (or cookie, password, key), <c>both</c>, <c>neither</c>;
    /// <c>null</c> for a cell of the certificate matrix, which varies the certificate.
    /// </summary>
    public string? Credentials { get; init; }
}
