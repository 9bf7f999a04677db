using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Revocation;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class RevocationMetricsTests
{
    [Fact]
    public async Task The_meter_shows_how_fresh_the_lists_are_and_what_ends_soon()
    {
        await using var server = await ListServer.StartAsync();
        await using var house = Gatehouse.WithList(options => options.Revocation.Crl.AddUrl(server.Address));
        house.Open();
        var meters = house.Service<IMeterFactory>();
        house.Advance(TimeSpan.FromMinutes(10));
        var seen = Read(meters);
        seen[RevocationMetrics.SnapshotAge].ShouldBe(600);
        seen[RevocationMetrics.NextUpdate].ShouldBe((TimeSpan.FromHours(12) - TimeSpan.FromMinutes(10)).TotalSeconds, 2);
        seen[RevocationMetrics.Expiring].ShouldBe(1);

        var results = new List<string?>();
        using var counting = new MeterListener();
        counting.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == RevocationMetrics.Fetches && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        counting.SetMeasurementEventCallback<long>((_, _, tags, _) => results.Add((string?)tags.ToArray().First(static t => t.Key == "result").Value));
        counting.Start();
        await house.FetchAsync();
        server.Serve(house.List(2));
        await house.FetchAsync();
        results.ShouldBe(["failed", "ok"]);
    }

    private static Dictionary<string, double> Read(IMeterFactory meters)
    {
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Scope == meters && instrument.IsObservable)
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }
}
