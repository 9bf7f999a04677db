using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Tells which certificates end soon: once each in the log, and as numbers for the meter.</summary>
internal sealed class ExpiryReport(IOptions<SallyportOptions> options, TrustComposer composer, OcspWatch watch, TimeProvider time, RevocationLog log)
{
    private readonly HashSet<CertificateThumbprint> _told = [];

    /// <summary>How many of each kind end soon.</summary>
    public IEnumerable<KeyValuePair<string, int>> Count() =>
        EndingSoon().GroupBy(static e => e.Kind, StringComparer.Ordinal).Select(static g => KeyValuePair.Create(g.Key, g.Count()));

    /// <summary>Tells of the operator's own certificates, each once. For one caller at a time.</summary>
    public void Tell()
    {
        foreach (var (kind, certificate) in EndingSoon().Where(e => e.Kind != "client" && _told.Add(e.Certificate.Thumbprint)))
        {
            log.Expiring(kind, certificate.Thumbprint, certificate.Subject.Text, certificate.NotAfter);
        }
    }

    private IEnumerable<(string Kind, CertificateProfile Certificate)> EndingSoon()
    {
        var before = time.GetUtcNow() + options.Value.Revocation.ExpiryWarning;
        var material = composer.Material;
        IEnumerable<(string Kind, CertificateProfile Certificate)> all =
        [
            .. (material?.Anchors ?? []).Select(static c => ("anchor", c)),
            .. (material?.Intermediates ?? []).Select(static c => ("intermediate", c)),
            .. watch.Watched.Where(static w => w.Certificate.BasicConstraints is not { IsAuthority: true }).Select(static w => ("client", w.Certificate)),
        ];
        return all.Where(e => e.Certificate.NotAfter < before);
    }
}
