using System;
using System.Collections.Immutable;
using System.Threading;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Connections;

/// <summary>A verified certificate that is kept for longer than a moment, and by which epoch it still counts.</summary>
internal sealed class CertificateStanding(VerifiedClientCertificate certificate, ImmutableArray<ReadOnlyMemory<byte>> presented, long epoch)
{
    private State _state = new(certificate, null, epoch);

    /// <summary>The certificate, as last verified.</summary>
    public VerifiedClientCertificate Certificate => Volatile.Read(ref _state).Certificate;

    /// <summary>The epoch that it was last judged by.</summary>
    public long Epoch => Volatile.Read(ref _state).Epoch;

    /// <summary>Asks whether it still counts: by the dates always, by the rules again when the epoch has moved.</summary>
    /// <param name="judge">Who judges.</param>
    /// <param name="epoch">The epoch that counts now.</param>
    /// <param name="now">The clock's reading.</param>
    /// <returns>Null when it counts; the refusal otherwise, which stays until the epoch moves.</returns>
    public Refusal? Recheck(CertificateJudge judge, long epoch, DateTimeOffset now)
    {
        var state = Volatile.Read(ref _state);
        if (state.Epoch != epoch)
        {
            state = JudgeAgain(judge, state);
        }

        return state.Refusal
            ?? (now > state.Certificate.ValidUntil
                ? new Refusal { Reason = RefusalReason.Expired, Certificate = state.Certificate.Thumbprint }
                : null);
    }

    /// <summary>Takes over what a later epoch said about the same certificate on another connection, when that was good: it need not be verified for each.</summary>
    /// <remarks>A refusal is not taken over: the other may have lacked intermediates that came with this one.</remarks>
    public void Follow(CertificateStanding other)
    {
        var last = Volatile.Read(ref _state);
        var next = Volatile.Read(ref other._state);
        if (next.Refusal is null && next.Epoch > last.Epoch && next.Certificate.Thumbprint == last.Certificate.Thumbprint)
        {
            // Whoever was quicker has judged by itself, which is as good.
            Interlocked.CompareExchange(ref _state, next, last);
        }
    }

    private State JudgeAgain(CertificateJudge judge, State last)
    {
        var judgement = judge.JudgeAgain(last.Certificate, presented);
        var next = judgement.Verdict switch
        {
            ChainVerdict.Verified verified => new State(verified.Certificate, null, judgement.Epoch),
            ChainVerdict.Refused refused => new State(last.Certificate, refused.Refusal, judgement.Epoch),
            _ => throw new InvalidOperationException("A verdict is one of two."),
        };

        // Whoever judged by the later epoch is right.
        while (Interlocked.CompareExchange(ref _state, next, last) is { } other && other != last)
        {
            if (other.Epoch >= next.Epoch)
            {
                return other;
            }

            last = other;
        }

        return next;
    }

    private sealed class State(VerifiedClientCertificate certificate, Refusal? refusal, long epoch)
    {
        public VerifiedClientCertificate Certificate { get; } = certificate;

        public Refusal? Refusal { get; } = refusal;

        public long Epoch { get; } = epoch;
    }
}
