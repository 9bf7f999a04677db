using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>A write and what the owner read after it.</summary>
/// <param name="Wrote">The write.</param>
/// <param name="Read">The read after it.</param>
/// <param name="Changed">Whether the value that was written stood in the read.</param>
/// <param name="Doubt">Why it proves nothing that the value was not there; <c>null</c> when it does.</param>
internal sealed record Attempt(Exchange Wrote, Exchange Read, bool Changed, string? Doubt);
