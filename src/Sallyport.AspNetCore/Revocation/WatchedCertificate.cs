using System;
using System.Collections.Immutable;
using System.Threading;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>A certificate whose status is asked for, again and again while it is in use.</summary>
internal sealed class WatchedCertificate(CertificateProfile certificate, CertificateProfile issuer, ImmutableArray<Uri> responders, RefreshSchedule schedule)
{
    private long _seen;

    public CertificateProfile Certificate => certificate;

    public CertificateProfile Issuer => issuer;

    public ImmutableArray<Uri> Responders => responders;

    public RefreshSchedule Schedule => schedule;

    public StatusKey Key { get; } = new(issuer.PublicKey.Pin, certificate.SerialNumber);

    /// <summary>When it is to be asked about; at once in the beginning.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>What was last told of a refusal, so that it is told once.</summary>
    public string Told { get; set; } = "";

    /// <summary>When it was last in use.</summary>
    public DateTimeOffset Seen
    {
        get => new(Volatile.Read(ref _seen), TimeSpan.Zero);
        set => Volatile.Write(ref _seen, value.UtcTicks);
    }
}
