using System;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>A list that counts.</summary>
/// <param name="List">The list.</param>
/// <param name="ConfirmedAt">When its source last said that it is still the one.</param>
internal sealed record CrlInForce(CertificateRevocationList List, DateTimeOffset ConfirmedAt);
