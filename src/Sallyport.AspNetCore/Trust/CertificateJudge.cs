using System;
using System.Collections.Generic;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Trust;

/// <summary>Judges client certificates by what counts now: in the handshake, on a forwarded header, and again on an open connection.</summary>
internal sealed class CertificateJudge(TrustHolder trust, TimeProvider time)
{
    /// <summary>Verifies a certificate. Pure memory: no I/O, ever.</summary>
    /// <param name="leaf">The peer's certificate, DER.</param>
    /// <param name="presented">What else it sent, DER.</param>
    /// <returns>The verdict, with the epoch that it is true for; refused when nothing is loaded yet.</returns>
    public Judgement Judge(ReadOnlySpan<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> presented) =>
        trust.Current is { } state
            ? new Judgement(state.Verifier.Verify(leaf, presented, state.Revocation, time.GetUtcNow()), state.Epoch)
            : new Judgement(new ChainVerdict.Refused(new Refusal { Reason = RefusalReason.UnknownIssuer, Detail = "no trust is loaded" }), 0);
}
