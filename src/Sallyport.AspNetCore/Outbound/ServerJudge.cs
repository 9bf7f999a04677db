using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>Judges a server by what counts now: path, revocation, name, pins, must-staple. Pure memory.</summary>
internal sealed class ServerJudge(TrustHolder trust, ImmutableHashSet<Octets> pins, TimeProvider time)
{
    /// <summary>Why the server must not be talked to; null when it may.</summary>
    /// <param name="host">The host that was asked for.</param>
    /// <param name="leaf">Its certificate, DER.</param>
    /// <param name="presented">What else it sent, DER.</param>
    public string? WhyRefused(string host, ReadOnlySpan<byte> leaf, IReadOnlyList<ReadOnlyMemory<byte>> presented)
    {
        if (trust.Current is not { } state)
        {
            return "no roots are loaded";
        }

        switch (state.Verifier.Verify(leaf, presented, state.Revocation, time.GetUtcNow()))
        {
            case ChainVerdict.Refused refused:
                return refused.Refusal.ToString();
            case ChainVerdict.Verified { Certificate: var certificate }:
                return !ServerName.Matches(host, certificate.Leaf.SubjectAlternativeNames) ? "NameMismatch"

                    // The platform shows nobody whether a staple came: what asks for one cannot be shown to have it (RFC 7633).
                    : certificate.Leaf.MustStaple ? "MustStaple"
                    : pins.IsEmpty || certificate.Path.Append(certificate.Anchor.Certificate).Any(c => pins.Contains(c.PublicKey.Pin)) ? null
                    : "PinMismatch";
            default:
                throw new InvalidOperationException("A verdict is one of two.");
        }
    }
}
