namespace Sallyport.Scan.Reports;

/// <summary>One request of the scan that may have written. Never holds a body or a credential.</summary>
/// <param name="Title">What the probe was called.</param>
/// <param name="Request">Method and path.</param>
/// <param name="Identity">Who wrote.</param>
/// <param name="State">What became of it.</param>
public sealed record WriteRecord(string Title, string Request, string Identity, WriteState State);
