using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Api;

/// <summary>One identity at one operation with some of its credentials, and how it was treated.</summary>
/// <param name="Operation">The operation, asked with the identity's own values.</param>
/// <param name="Identity">The identity; <c>null</c> for nobody.</param>
/// <param name="Shown">Which credentials went along.</param>
/// <param name="Verdict">How it was treated. For all that an identity has, an accept is its own success; for less, that it got the same.</param>
internal sealed record Call(Operation Operation, Identity? Identity, CredentialSet Shown, Verdict Verdict)
{
    /// <summary>Whether it is all that the caller has.</summary>
    public bool IsWhole { get; init; }
}
