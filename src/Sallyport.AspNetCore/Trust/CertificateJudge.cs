using System;
using System.Collections.Generic;
using Sallyport.AspNetCore.Revocation;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Trust;

/// <summary>Judges client certificates by what counts now: in the handshake, on a forwarded header, and again on an open connection.</summary>
internal sealed class CertificateJudge(TrustHolder trust, TimeProvider time, IRevocationWatch? watch = null)
{
    /// <summary>Verifies a certificate. Pure memory: no I/O, ever.</summary>
    /// <param name="leaf">The peer's certificate, DER.</param>
    /// <param name="presented">What else it sent, DER.</param>
    /// <returns>The verdict, with the epoch that it is true for; refused when nothing is loaded yet.</returns>
    public Judgement Judge(ReadOnlySpan<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> presented) =>
        trust.Current is { } state ? Told(state, state.Verifier.Verify(leaf, presented, state.Revocation, time.GetUtcNow()), leaf, presented) : Nothing();

    /// <summary>Verifies a certificate again that was verified before: everything but the signatures that were seen to be right.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="presented">What else its peer sent, DER.</param>
    /// <returns>The verdict, with the epoch that it is true for; refused when nothing is loaded.</returns>
    public Judgement JudgeAgain(VerifiedClientCertificate certificate, IReadOnlyList<ReadOnlyMemory<byte>> presented) =>
        trust.Current is { } state
            ? Told(state, state.Verifier.VerifyAgain(certificate, presented, state.Revocation, time.GetUtcNow()), certificate.Leaf.Der.Span, presented)
            : Nothing();

    private static Judgement Nothing() =>
        new(new ChainVerdict.Refused(new Refusal { Reason = RefusalReason.UnknownIssuer, Detail = "no trust is loaded" }), 0);

    private Judgement Told(TrustState state, ChainVerdict verdict, ReadOnlySpan<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> presented)
    {
        switch (verdict)
        {
            case ChainVerdict.Verified verified:
                watch?.Seen(verified.Certificate);
                break;
            case ChainVerdict.Refused { Refusal.Reason: RefusalReason.RevocationUnknown }:
                watch?.Unknown(leaf, presented);
                break;
        }

        return new Judgement(verdict, state.Epoch);
    }
}
