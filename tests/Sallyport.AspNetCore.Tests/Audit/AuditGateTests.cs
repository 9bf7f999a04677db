using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>The gates that record, on a real Kestrel, and what the host checks before it starts.</summary>
public sealed class AuditGateTests : IDisposable
{
    private readonly AuditLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_refusal_is_in_the_log_when_its_answer_begins()
    {
        await using WebApplication app = await StartAsync(o => o.Audit.File = _lab.Log);
        using HttpClient client = Client(app);
        using HttpResponseMessage answer = await client.GetAsync("/refused", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        _lab.Records()[^1].GetProperty("route").GetString().ShouldBe("GET");
        _lab.Records()[^1].GetProperty("remote").GetString().ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task A_request_whose_record_cannot_be_written_is_answered_503()
    {
        await using WebApplication app = await StartAsync(o => (o.Audit.File, o.Audit.MaxFileBytes, o.Audit.RepeatsRecorded) = (_lab.Log, 65_536, 10_000));
        Directory.CreateDirectory(AuditFiles.ClosedName(_lab.Log, 1));
        using HttpClient client = Client(app);
        var statuses = new List<HttpStatusCode>();
        while (!statuses.Contains(HttpStatusCode.ServiceUnavailable) && statuses.Count < 1_000)
        {
            using HttpResponseMessage answer = await client.GetAsync("/refused", TestContext.Current.CancellationToken);
            statuses.Add(answer.StatusCode);
        }

        statuses[^1].ShouldBe(HttpStatusCode.ServiceUnavailable);
        statuses.Count.ShouldBeGreaterThan(5);
        (await client.GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe("served");
    }

    [Fact]
    public async Task Accepted_requests_are_recorded_on_option_and_refused_when_they_cannot_be()
    {
        await using WebApplication app = await StartAsync(o => (o.Audit.File, o.Audit.RecordAccepted, o.Audit.MaxFileBytes) = (_lab.Log, true, 65_536));
        using HttpClient client = Client(app);
        (await client.GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe("served");
        _lab.Records()[^1].GetProperty("kind").GetString().ShouldBe("accepted");
        await app.StopAsync(TestContext.Current.CancellationToken);
        _lab.Verify().ShouldBeOfType<AuditVerdict.Intact>().Records.ShouldBe(2);
    }

    [Fact]
    public async Task A_host_that_cannot_write_its_log_does_not_start()
    {
        Directory.CreateDirectory(_lab.Log);
        await Should.ThrowAsync<AuditUnavailableException>(() => StartAsync(o => o.Audit.File = _lab.Log));
    }

    [Fact]
    public async Task Everything_wrong_with_the_options_is_said_at_start()
    {
        var e = await Should.ThrowAsync<OptionsValidationException>(() => StartAsync(o =>
        {
            o.Audit.RecordAccepted = true;
            o.Audit.KeyVariable = " ";
            o.Lockout.IdentityLock = TimeSpan.FromMinutes(30);
            o.Forwarding.ProxyMaySpeakForItself = true;
        }));
        foreach (string option in (string[])["Audit.File", "Audit.KeyVariable", "Lockout.MaxIdentityLock", "Forwarding.ProxyMaySpeakForItself"])
        {
            e.Failures.ShouldContain(failure => failure.Contains(option, StringComparison.Ordinal), option);
        }
    }

    [Fact]
    public void Every_reason_is_counted_and_what_a_peer_makes_up_is_not_a_series_of_its_own()
    {
        var counted = new List<string?>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (ReferenceEquals(instrument.Meter, _lab.Telemetry.Meter) && instrument.Name == "sallyport.decisions")
            {
                me.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => counted.AddRange(Enumerable.Repeat(tags[1].Value as string, (int)value)));
        listener.Start();
        for (int i = 0; i < 2_000; i++)
        {
            _lab.Telemetry.Count(AuditLab.Refusal());
            _lab.Telemetry.Count(AuditLab.Refusal($"made.up:{i}"));
        }

        counted.Count(static r => r == AuditReasons.CertificateMissing).ShouldBe(2_000);
        counted.Distinct().Count().ShouldBeLessThanOrEqualTo(513);
        counted.ShouldContain("other");
    }

    [Fact]
    public void A_decision_is_an_activity_while_somebody_listens()
    {
        var heard = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == GuardTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (heard)
                {
                    heard.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        string reason = $"test.{Guid.NewGuid():N}";
        using (_lab.Telemetry.Begin(AuditLab.Refusal(reason)))
        {
        }

        lock (heard)
        {
            heard.Single(a => Equals(a.GetTagItem("sallyport.reason"), reason)).Status.ShouldBe(ActivityStatusCode.Error);
        }
    }

    private static async Task<WebApplication> StartAsync(Action<SallyportOptions> configure)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        AuditLab.AddEdge(builder.Services, configure);
        WebApplication app = builder.Build();
        var audit = app.Services.GetRequiredService<AuditGate>();
        var accepted = app.Services.GetRequiredService<AcceptedGate>();
        var trail = app.Services.GetRequiredService<IAuditTrail>();
        app.Use((context, next) => audit.InvokeAsync(context, (held, _) => next(held)));
        app.Use((context, next) => accepted.InvokeAsync(context, next));
        app.Run(async context =>
        {
            if (context.Request.Path == "/refused")
            {
                await trail.RecordAsync(RequestEvents.Refused(context, AuditReasons.PolicyRefused) with { Detail = new string('x', 1_000) }, context.RequestAborted);
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            await context.Response.WriteAsync("served");
        });
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.Single()) };
}
