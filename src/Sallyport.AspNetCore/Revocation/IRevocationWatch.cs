using System;
using System.Collections.Generic;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Hears which certificates are in use, so that their status is asked for in the background. Never waits, never fails.</summary>
internal interface IRevocationWatch
{
    /// <summary>A certificate verified: its status shall stay fresh.</summary>
    /// <param name="certificate">The proof.</param>
    void Seen(VerifiedClientCertificate certificate);

    /// <summary>A certificate was refused because nothing says whether it is revoked: its status shall be asked for, for the next time.</summary>
    /// <param name="leaf">The peer's certificate, DER. Copied.</param>
    /// <param name="presented">What else it sent, DER. Kept.</param>
    /// <remarks>Nothing is asked anywhere before the certificate has verified in all other respects.</remarks>
    void Unknown(ReadOnlySpan<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> presented);
}
