using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Looks at a caller again, by what counts now: certificate, connection and account. From memory, without I/O.</summary>
internal sealed class CallerStanding(IIdentityDirectory directory, TrustHolder trust, CertificateJudge judge, TimeProvider time)
{
    public Standing Of(Bearer bearer)
    {
        if (bearer.Caller is not { } caller)
        {
            return Standing.Lost(UseRefusal.NoCaller, "nobody is authenticated");
        }

        if (trust.Current is not { } state)
        {
            return Standing.Lost(UseRefusal.CertificateLost, "no trust is loaded");
        }

        var now = time.GetUtcNow();
        return Refused(bearer.Connection, caller, state.Epoch, now) is { } refusal
            ? Standing.Lost(UseRefusal.CertificateLost, refusal)
            : directory.Find(caller.Certificate) switch
            {
                IdentityAnswer.Known known when !string.Equals(known.Identity.Name, caller.Identity.Name, StringComparison.Ordinal) =>
                    Standing.Lost(UseRefusal.IdentityLost, "the certificate is another account's now"),
                IdentityAnswer.Known known when !known.Identity.IsActive(now) => Standing.Lost(UseRefusal.IdentityLost, "the account is inactive"),
                IdentityAnswer.Known known => Standing.Good(known.Identity, state.Epoch),
                IdentityAnswer.Inactive => Standing.Lost(UseRefusal.IdentityLost, "the account is inactive"),
                IdentityAnswer.Stale => Standing.Lost(UseRefusal.IdentityLost, "what is known of accounts is too old"),
                IdentityAnswer.Ambiguous => Standing.Lost(UseRefusal.IdentityLost, "several accounts claim the certificate"),
                _ => Standing.Lost(UseRefusal.IdentityLost, "the certificate is no account's"),
            };
    }

    private string? Refused(GuardedConnection? connection, ICallerFeature caller, long epoch, DateTimeOffset now)
    {
        if (connection is not null)
        {
            if (connection.Recheck(judge, epoch, now) is { } lost)
            {
                return lost.ToString();
            }

            if (!caller.IsForwarded)
            {
                // The connection has just been looked at, and its certificate is the caller's: that is all there is to look at.
                return connection.Certificate.Thumbprint == caller.Certificate.Thumbprint ? null : "the connection is another certificate's";
            }
        }

        if (now > caller.Certificate.ValidUntil)
        {
            return nameof(RefusalReason.Expired);
        }

        return caller.TrustEpoch != epoch && Judge(caller.Certificate).Verdict is ChainVerdict.Refused refused ? refused.Refusal.ToString() : null;
    }

    private Judgement Judge(VerifiedClientCertificate certificate)
    {
        // The path that was found before is enough: a certificate that needs another one now comes in by its next request.
        IReadOnlyList<ReadOnlyMemory<byte>> presented = [.. certificate.Path.Skip(1).Select(issuer => issuer.Der.Memory)];
        return judge.JudgeAgain(certificate, presented);
    }
}
