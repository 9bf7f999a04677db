using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Injection;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Injection;

/// <summary>IV-005 by a clock that only the server's work moves: how busy this machine is decides nothing.</summary>
public sealed class SlowPatternTests(CheckLab lab)
{
    private static readonly Operation s_search = new()
    {
        Method = "GET",
        PathTemplate = "/search",
        HasSecurity = true,
        DeclaredProtected = true,
        Parameters = [new("q", "query", true, ["lamp"]) { Schema = new() { Types = ["string"], MaxLength = 50 } }],
    };

    // A backtracking engine on (a+)+ and the like: each further character doubles the ways to split them.
    private static double Doubling(int length) => 40 * Math.Pow(2, length - 22);

    [Theory]
    [InlineData(4000)]
    [InlineData(1500)]
    public async Task Time_that_doubles_with_each_character_is_found(double givesUpAfter)
    {
        ScanReport report = await ScanAsync((length, matches) => matches ? 2 : Math.Min(givesUpAfter, Doubling(length)));

        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        (finding.Id, finding.Confidence).ShouldBe(("IV-005", Confidence.Firm));
    }

    [Fact]
    public async Task Time_that_grows_with_the_length_is_right() => Outcome(await ScanAsync(static (length, _) => length)).ShouldBe("passed");

    [Fact]
    public async Task A_server_that_is_slow_by_itself_is_undecided() => Outcome(await ScanAsync(static (_, _) => 1200)).ShouldBe("notTested");

    [Fact]
    public async Task A_server_that_gives_up_early_is_undecided() =>
        Outcome(await ScanAsync(static (length, matches) => matches ? 2 : Math.Min(400, Doubling(length)))).ShouldBe("notTested");

    [Fact]
    public async Task A_server_that_is_busy_now_and_then_is_never_found()
    {
        int asked = 0;
        ScanReport report = await ScanAsync((_, _) => Interlocked.Increment(ref asked) % 3 == 0 ? 3000 : 2);

        report.Findings.ShouldBeEmpty(report.Checks.Single().ToString());
        Outcome(report).ShouldBe("notTested");
    }

    private static string Outcome(ScanReport report)
    {
        report.Findings.ShouldBeEmpty();
        return report.Checks.Single().Outcome;
    }

    /// <param name="milliseconds">What the server needs for a text of a length, which the pattern matches or almost does.</param>
    private async Task<ScanReport> ScanAsync(Func<int, bool, double> milliseconds)
    {
        SpentTime time = new();
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (ApiServer.Caller(context) is null || context.Request.Path.Value != "/search")
            {
                return false;
            }

            string text = context.Request.Query["q"].ToString();
            time.Spend(text.Length < 16 ? 1 : milliseconds(text.Length, text.All(static c => c == 'a')));
            await ApiServer.JsonAsync(context, "{\"found\":[]}");
            return true;
        });
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ScanRequest request = server.Request() with
        {
            // Nothing else is asked meanwhile: the clock is everybody's.
            Operations = [s_search],
            Mode = ScanMode.Intrusive,
            Limits = new() { RequestsPerSecond = 10_000, Timeout = TimeSpan.FromHours(1) },
        };
        return await new Scanner(new ScanSessions(time), [new SlowPattern()], time).RunAsync(request, null, limit.Token);
    }
}
