using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>What the meter <c>Sallyport</c> shows of revocation.</summary>
internal sealed class RevocationMetrics
{
    /// <summary>Seconds since the source of the least confirmed list in force last confirmed it.</summary>
    public const string SnapshotAge = "sallyport.revocation.snapshot.age";

    /// <summary>Seconds until the nextUpdate of each list in force; negative when it has passed.</summary>
    public const string NextUpdate = "sallyport.crl.next_update";

    /// <summary>How many certificates of each kind end soon.</summary>
    public const string Expiring = "sallyport.certs.expiring";

    /// <summary>Fetches by kind and result.</summary>
    public const string Fetches = "sallyport.revocation.fetches";

    private readonly Meter _meter;
    private readonly Counter<long> _fetches;

    public RevocationMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Sallyport");
        _fetches = _meter.CreateCounter<long>(Fetches, "{fetch}", "Fetches of lists and OCSP answers by kind and result.");
    }

    /// <summary>Counts a fetch.</summary>
    public void Fetched(string kind, bool succeeded) =>
        _fetches.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("result", succeeded ? "ok" : "failed"));

    /// <summary>Shows the rest from now on.</summary>
    /// <param name="lists">The lists in force.</param>
    /// <param name="expiring">How many certificates of a kind end soon.</param>
    /// <param name="time">The clock.</param>
    public void Show(Func<IReadOnlyList<CrlInForce>> lists, Func<IEnumerable<KeyValuePair<string, int>>> expiring, TimeProvider time)
    {
        _meter.CreateObservableGauge(
            SnapshotAge,
            () => lists() is { Count: > 0 } all
                ? [new Measurement<double>((time.GetUtcNow() - all.Min(static l => l.ConfirmedAt)).TotalSeconds)]
                : Enumerable.Empty<Measurement<double>>(),
            "s",
            "Time since the least recently confirmed list in force was confirmed by its source.");
        _meter.CreateObservableGauge(
            NextUpdate,
            () => lists().Where(static l => l.List.NextUpdate is not null).Select(l => new Measurement<double>(
                (l.List.NextUpdate.GetValueOrDefault() - time.GetUtcNow()).TotalSeconds,
                new KeyValuePair<string, object?>("issuer", l.List.Issuer.Text),
                new KeyValuePair<string, object?>("delta", l.List.IsDelta))),
            "s",
            "Time until the nextUpdate of each list in force.");
        _meter.CreateObservableGauge(
            Expiring,
            () => expiring().Select(static e => new Measurement<int>(e.Value, new KeyValuePair<string, object?>("kind", e.Key))),
            "{certificate}",
            "Certificates that end soon.");
    }
}
