using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Tests.Revocation;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Tests.Trust;

public sealed class TrustHolderTests
{
    [Fact]
    public void Knows_nothing_before_the_first_state_was_published() => new TrustHolder(TimeProvider.System).Current.ShouldBeNull();

    [Fact]
    public void Gives_every_state_the_next_epoch_and_tells_the_listeners_in_order()
    {
        var holder = new TrustHolder(TimeProvider.System);
        var heard = new List<long>();
        holder.Subscribe(state => heard.Add(state.Epoch));
        var nobody = new ChainVerifier([], [], new ChainPolicy());
        holder.Publish(nobody, RevocationSnapshot.Empty);
        holder.Publish(nobody, RevocationSnapshot.Empty);
        heard.ShouldBe([1, 2]);
        holder.Current.ShouldNotBeNull().Epoch.ShouldBe(2);
    }

    [Fact]
    public void A_listener_that_throws_keeps_no_other_from_hearing_and_is_logged_and_counted()
    {
        using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        var counted = new List<string?>();
        using var counting = new MeterListener();
        counting.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == GuardFaults.Counter && instrument.Meter.Scope == meters)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        counting.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add((string?)tags[0].Value));
        counting.Start();
        var log = new LogBook();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(log));
        var holder = new TrustHolder(TimeProvider.System, new GuardFaults(loggers.CreateLogger<GuardFaults>(), new GuardTelemetry(meters)));
        var heard = new List<long>();
        holder.Subscribe(static _ => throw new InvalidOperationException("broken"));
        holder.Subscribe(state => heard.Add(state.Epoch));
        holder.Publish(new ChainVerifier([], [], new ChainPolicy()), RevocationSnapshot.Empty).Epoch.ShouldBe(1);
        holder.Publish(new ChainVerifier([], [], new ChainPolicy()), RevocationSnapshot.Empty);
        heard.ShouldBe([1, 2]);
        counted.ShouldBe(["listener to trust", "listener to trust"]);
        log.Of(2372).Count().ShouldBe(2);
    }

    [Fact]
    public void Nobody_is_let_in_before_trust_is_loaded()
    {
        var judge = new CertificateJudge(new TrustHolder(TimeProvider.System), TimeProvider.System);
        judge.Judge([], []).Verdict.ShouldBeOfType<ChainVerdict.Refused>();
    }
}
