using System;
using Microsoft.AspNetCore.Http.Features;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Says for one request whose certificate stands behind it. From memory, without I/O.</summary>
/// <remarks>It does not rely on an earlier gate having looked: trust epoch and dates of the connection are asked here too.</remarks>
internal sealed class CertificateAuthenticator(TrustHolder trust, CertificateJudge judge, IIdentityDirectory directory, TimeProvider time)
{
    public CallerAnswer Authenticate(IFeatureCollection features)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Get<IGuardedConnectionFeature>()?.Connection is not { } connection)
        {
            // A certificate that did not come through our gate was not verified by us: it is none.
            return CallerAnswer.Refused(new CallerRefusal(AuditReasons.CertificateMissing));
        }

        return Authenticate(connection, features.Get<IForwardedCertificateFeature>(), time.GetUtcNow());
    }

    /// <summary>The same for a connection that is known, what its proxy forwarded, and a reading of the clock.</summary>
    public CallerAnswer Authenticate(GuardedConnection connection, IForwardedCertificateFeature? forwarded, DateTimeOffset now)
    {
        if (trust.Current is not { } state)
        {
            return CallerAnswer.Refused(new CallerRefusal(AuditReasons.CertificateRefused) { Detail = "no trust is loaded" });
        }

        if (connection.Recheck(judge, state.Epoch, now) is { } refusal)
        {
            return Refused(refusal, connection.Certificate);
        }

        return forwarded is not null
            ? Forwarded(forwarded, now)
            : Direct(connection, state.Epoch, now);
    }

    private CallerAnswer Direct(GuardedConnection connection, long trustEpoch, DateTimeOffset now)
    {
        VerifiedClientCertificate certificate = connection.Certificate;
        if (connection.Caller is { } known
            && ReferenceEquals(known.Certificate, certificate)
            && known.TrustEpoch == trustEpoch
            && known.IdentityEpoch == directory.EpochAt(now)
            && known.Identity.IsActive(now))
        {
            return CallerAnswer.Known(known);
        }

        CallerAnswer answer = LookUp(certificate, trustEpoch, isForwarded: false);
        connection.Caller = answer.Caller;
        return answer;
    }

    private CallerAnswer Forwarded(IForwardedCertificateFeature forwarded, DateTimeOffset now) =>
        now > forwarded.Certificate.ValidUntil
            ? Refused(new Refusal { Reason = RefusalReason.Expired }, forwarded.Certificate)
            : LookUp(forwarded.Certificate, forwarded.Epoch, isForwarded: true);

    private CallerAnswer LookUp(VerifiedClientCertificate certificate, long trustEpoch, bool isForwarded) => directory.Find(certificate) switch
    {
        IdentityAnswer.Known known => CallerAnswer.Known(new CallerFact(certificate, known.Identity, known.Epoch, trustEpoch, isForwarded)),
        IdentityAnswer.Unmapped => Refused(AuditReasons.IdentityUnmapped, certificate),
        IdentityAnswer.Ambiguous => Refused(AuditReasons.IdentityAmbiguous, certificate),
        IdentityAnswer.Inactive inactive => Refused(AuditReasons.IdentityInactive, certificate, inactive.Name),
        IdentityAnswer.Stale => Refused(AuditReasons.IdentityStale, certificate),
        _ => throw new InvalidOperationException("An answer is one of five."),
    };

    private static CallerAnswer Refused(string reason, VerifiedClientCertificate certificate, string? identity = null) =>
        CallerAnswer.Refused(new CallerRefusal(reason) { Certificate = certificate.Thumbprint, Identity = identity });

    private static CallerAnswer Refused(Refusal refusal, VerifiedClientCertificate certificate) =>
        CallerAnswer.Refused(new CallerRefusal($"{AuditReasons.CertificateRefused}:{refusal.Reason}")
        {
            Certificate = certificate.Thumbprint,
            Detail = refusal.Detail.Length == 0 ? null : refusal.Detail,
        });
}
