using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Sessions;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Sessions;

/// <summary>CSRF-005 on a server that answers GET and lets everything else wait, as openssl s_server does.</summary>
public sealed class UnansweredPreflightTests(CheckLab lab)
{
    [Fact]
    public async Task One_preflight_is_waited_for_and_what_it_would_say_stays_open()
    {
        int preflights = 0;
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (context.Request.Method != "OPTIONS")
            {
                return false;
            }

            Interlocked.Increment(ref preflights);
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
            return true;
        });

        ScanReport report = await CheckLab.RunAsync(new CrossOriginReads(), server.Request() with { Limits = new() { ProbeTimeout = TimeSpan.FromSeconds(2) } });

        preflights.ShouldBe(1);
        report.Findings.ShouldBeEmpty();
        CheckSummary check = report.Checks.Single();
        check.Outcome.ShouldBe("notTested");
        check.Reason.ShouldNotBeNull().ShouldContain("preflight");
    }
}
