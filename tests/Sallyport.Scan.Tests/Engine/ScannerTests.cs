using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Engine;

public sealed class ScannerTests
{
    private static readonly TimeSpan s_ceiling = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_passed_check_stays_passed_while_the_control_holds()
    {
        ScanReport report = await RunAsync(new(), [Identified("MTLS-102", CheckResult.Passed())]);

        report.Checks.Single().Outcome.ShouldBe("passed");
        (report.Tested, report.Applicable).ShouldBe((1, 1));
        (report.Requests, report.RequestsSaved, report.Connections).ShouldBe((12, 3, 7));
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Required);
        report.EnforcedAt.ShouldBe(EnforcementPoint.Alert);
        report.Partial.ShouldBeFalse();
    }

    [Fact]
    public async Task A_pass_whose_control_failed_afterwards_is_not_tested_and_a_failure_stays()
    {
        CheckResult both = new() { Probes = [new(new Outcome.Passed()), new(new Outcome.Failed(FakeCheck.Flaw())) { Identity = "rogue" }] };
        var session = new FakeSession { Control = static _ => Task.FromResult(false) };

        ScanReport report = await RunAsync(session, [Identified("MTLS-102", both), Identified("MTLS-103", CheckResult.Passed())]);

        report.Checks.Select(static check => check.Outcome).ShouldBe(["failed", "notTested"]);
        report.Checks[0].NotTested.ShouldBe(1);
        report.Checks[0].Passed.ShouldBe(0);
        report.Checks[1].Reason.ShouldNotBeNull().ShouldContain("alice");
        report.Findings.Single().Identity.ShouldBe("rogue");
    }

    [Fact]
    public async Task A_check_without_an_identity_does_not_ask_for_the_control()
    {
        var session = new FakeSession { Control = static _ => throw new InvalidOperationException("asked") };

        ScanReport report = await RunAsync(session, [FakeCheck.Of(FakeCheck.Rule("TLS-001"), CheckResult.Passed())]);

        report.Checks.Single().Outcome.ShouldBe("passed");
    }

    [Fact]
    public async Task A_broken_check_is_loud_not_tested_and_never_shows_its_message()
    {
        var progress = new Recorder();
        Check broken = new FakeCheck(FakeCheck.Rule("MTLS-101"), static _ => throw new FormatException("hunter2"));

        ScanReport report = await RunAsync(new(), [broken, FakeCheck.Of(FakeCheck.Rule("MTLS-102"), CheckResult.Passed())], progress: progress);

        report.Checks.Select(static check => check.Outcome).ShouldBe(["notTested", "passed"]);
        report.Checks[0].Reason.ShouldBe("internal error: FormatException");
        ScanProgress.Broken loud = progress.Seen.OfType<ScanProgress.Broken>().Single();
        loud.Id.ShouldBe("MTLS-101");
        loud.Error.ShouldContain("FormatException");
        loud.Error.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task A_control_that_breaks_costs_the_pass_only()
    {
        var session = new FakeSession { Control = static _ => throw new FormatException("oops") };

        ScanReport report = await RunAsync(session, [Identified("MTLS-102", CheckResult.Passed())]);

        report.Checks.Single().Reason.ShouldBe("internal error: FormatException");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("undeclared variant")]
    [InlineData("weakness of a rule of facts")]
    public async Task A_check_that_breaks_its_own_declaration_is_not_tested(string how)
    {
        CheckInfo rule = FakeCheck.Rule("MTLS-001", severity: null);
        CheckResult result = how switch
        {
            "nothing" => new(),
            "undeclared variant" => new() { Probes = [new(new Outcome.Passed()) { Variant = "rc4" }] },
            _ => CheckResult.Failed(FakeCheck.Flaw()),
        };
        var progress = new Recorder();

        ScanReport report = await RunAsync(new(), [FakeCheck.Of(rule, result)], progress: progress);

        report.Checks.Single().Outcome.ShouldBe("notTested");
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldStartWith("internal error: ");
        progress.Seen.OfType<ScanProgress.Broken>().Count().ShouldBe(1);
    }

    [Fact]
    public async Task A_spent_budget_is_said_with_what_raises_it()
    {
        Check greedy = new FakeCheck(FakeCheck.Rule("MTLS-101"), static _ => throw new BudgetException("400 connections"));

        ScanReport report = await RunAsync(new(), [greedy]);

        report.BudgetCut.ShouldBeTrue();
        report.Partial.ShouldBeTrue();
        report.Checks.Single().Reason.ShouldBe("the budget is spent: 400 connections");
        report.Checks.Single().Needs.Single().ShouldContain("--max-connections");
    }

    [Theory]
    [InlineData("budget")]
    [InlineData("deadline")]
    [InlineData("cancel")]
    [InlineData("error")]
    public async Task A_flaw_that_was_proved_before_the_check_was_cut_is_reported(string cut)
    {
        using var cancel = new CancellationTokenSource();
        Check check = new FakeCheck(FakeCheck.Rule("MTLS-101", Severity.Critical), async (context, token) =>
        {
            context.Keep(new(new Outcome.Passed()) { Identity = "nobody" });
            context.Keep(new(new Outcome.Failed(FakeCheck.Flaw(Confidence.Suspect))) { Identity = "rogue" });
            context.Keep(new(new Outcome.Failed(FakeCheck.Flaw(Confidence.Firm))) { Identity = "rogue" });
            switch (cut)
            {
                case "budget":
                    throw new BudgetException("400 connections");
                case "error":
                    throw new FormatException("oops");
                case "cancel":
                    await cancel.CancelAsync();
                    break;
            }

            await Task.Delay(Timeout.Infinite, token);
            return CheckResult.Passed();
        });
        TimeSpan limit = cut == "deadline" ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromMinutes(5);

        ScanReport report = await RunAsync(new(), [check], FakeSession.Request(one => one with { Limits = new() { Timeout = limit } }), user: cancel);

        report.Findings.ShouldHaveSingleItem().ShouldBe(report.Findings[0] with { Identity = "rogue", Confidence = Confidence.Firm });
        report.Checks.Single().ShouldBe(report.Checks.Single() with { Outcome = "failed", Failed = 1, NotTested = 1, Passed = 0 });
        report.BudgetCut.ShouldBe(cut is "budget" or "deadline");
        report.Partial.ShouldBe(cut != "error");
    }

    [Fact]
    public async Task A_kept_flaw_is_counted_once_when_the_check_ends_well()
    {
        Check check = new FakeCheck(FakeCheck.Rule("MTLS-101", Severity.Critical), static (context, _) =>
            Task.FromResult(new CheckResult { Probes = [context.Keep(new(new Outcome.Failed(FakeCheck.Flaw())) { Identity = "rogue" })] }));

        ScanReport report = await RunAsync(new(), [check]);

        report.Checks.Single().Failed.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_probe_says_what_to_supply()
    {
        Check refused = new FakeCheck(FakeCheck.Rule("MTLS-101"), static _ => throw new ProbeRefusedException("a POST is above safe mode", "--mode active"));

        ScanReport report = await RunAsync(new(), [refused]);

        report.Checks.Single().ShouldBe(report.Checks.Single() with { Outcome = "notTested", Reason = "a POST is above safe mode" });
        report.Checks.Single().Needs.ShouldBe(["--mode active"]);
        report.BudgetCut.ShouldBeFalse();
    }

    [Fact]
    public async Task The_deadline_cuts_what_still_runs_and_what_has_not_started()
    {
        Check stuck = new FakeCheck(FakeCheck.Rule("MTLS-101", Severity.Critical, mode: ScanMode.Intrusive), static async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return CheckResult.Passed();
        });
        FakeCheck never = FakeCheck.Of(FakeCheck.Rule("TLS-001", Severity.Low), CheckResult.Passed());
        ScanRequest request = FakeSession.Request(static one => one with
        {
            Mode = ScanMode.Intrusive,
            Limits = new() { Timeout = TimeSpan.FromMilliseconds(200) },
        });

        ScanReport report = await RunAsync(new(), [stuck, never], request);

        never.Runs.ShouldBe(0);
        report.Checks.ShouldAllBe(static check => check.Outcome == "notTested" && check.Reason == "the budget is spent: the deadline passed");
        report.BudgetCut.ShouldBeTrue();
        report.Score.ShouldBeNull();
    }

    [Fact]
    public async Task The_users_cancel_yields_a_partial_report_with_what_was_found_so_far()
    {
        using var cancel = new CancellationTokenSource();
        FakeCheck found = FakeCheck.Of(FakeCheck.Rule("MTLS-101", Severity.Critical, mode: ScanMode.Intrusive), CheckResult.Failed(FakeCheck.Flaw()));
        Check stuck = new FakeCheck(FakeCheck.Rule("MTLS-102", mode: ScanMode.Intrusive), async token =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return CheckResult.Passed();
        });
        FakeCheck never = FakeCheck.Of(FakeCheck.Rule("TLS-001", Severity.Low), CheckResult.Passed());
        var session = new FakeSession();

        ScanReport report = await RunAsync(session, [found, stuck, never], FakeSession.Request(static one => one with { Mode = ScanMode.Intrusive }), user: cancel);

        report.Partial.ShouldBeTrue();
        report.BudgetCut.ShouldBeFalse();
        report.Findings.Single().Id.ShouldBe("MTLS-101");
        report.Checks.Select(static check => check.Outcome).ShouldBe(["failed", "notTested", "notTested"]);
        report.Checks[2].Reason.ShouldBe("the scan was cancelled");
        session.Disposed.ShouldBeTrue();
    }

    [Fact]
    public async Task A_cancelled_check_may_restore_what_it_changed_before_the_report_is_made()
    {
        using var cancel = new CancellationTokenSource();
        bool restored = false;
        Check writer = new FakeCheck(FakeCheck.Rule("MTLS-101"), async token =>
        {
            try
            {
                await cancel.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                await Task.Yield();
                restored = true;
            }

            return CheckResult.Passed();
        });

        await RunAsync(new(), [writer], user: cancel);

        restored.ShouldBeTrue();
    }

    [Fact]
    public async Task A_cancel_during_the_survey_yields_a_report_too()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var session = new FakeSession { Opening = static token => Task.Delay(Timeout.Infinite, token) };

        ScanReport report = await RunAsync(session, [FakeCheck.Of(FakeCheck.Rule("MTLS-002"), CheckResult.Passed())], user: cancel);

        report.SurveyFailure.ShouldBe("the scan was cancelled");
        report.Partial.ShouldBeTrue();
        report.Checks.Single().Outcome.ShouldBe("notTested");
        report.Grade.ShouldBeNull();
    }

    [Fact]
    public async Task A_deadline_during_the_survey_is_a_cut_budget()
    {
        var session = new FakeSession { Opening = static token => Task.Delay(Timeout.Infinite, token) };
        ScanRequest request = FakeSession.Request(static one => one with { Limits = new() { Timeout = TimeSpan.FromMilliseconds(50) } });

        ScanReport report = await RunAsync(session, [FakeCheck.Of(FakeCheck.Rule("MTLS-002"), CheckResult.Passed())], request);

        report.SurveyFailure.ShouldNotBeNull().ShouldContain("deadline");
        report.BudgetCut.ShouldBeTrue();
        report.Partial.ShouldBeTrue();
    }

    [Fact]
    public async Task A_survey_that_breaks_is_loud_and_reported()
    {
        var progress = new Recorder();
        var session = new FakeSession { Opening = static _ => throw new FormatException("hunter2") };

        ScanReport report = await RunAsync(session, [FakeCheck.Of(FakeCheck.Rule("MTLS-002"), CheckResult.Passed())], progress: progress);

        report.SurveyFailure.ShouldBe("internal error: FormatException");
        progress.Seen.OfType<ScanProgress.Broken>().Single().Id.ShouldBe("survey");
    }

    [Fact]
    public async Task A_session_that_closes_badly_does_not_cost_the_report()
    {
        var progress = new Recorder();
        var session = new FakeSession { Closing = static () => throw new FormatException() };

        ScanReport report = await RunAsync(session, [FakeCheck.Of(FakeCheck.Rule("MTLS-002"), CheckResult.Passed())], progress: progress);

        report.Grade.ShouldBe("A");
        progress.Seen.OfType<ScanProgress.Broken>().Single().Id.ShouldBe("close");
    }

    [Fact]
    public async Task Checks_run_side_by_side()
    {
        using var meeting = new Barrier(2);
        Check[] checks =
        [
            .. new[] { "MTLS-101", "MTLS-102" }.Select(id => new FakeCheck(FakeCheck.Rule(id), async cancel =>
            {
                await Task.Run(() => meeting.SignalAndWait(s_ceiling, cancel).ShouldBeTrue(), cancel);
                return CheckResult.Passed();
            })),
        ];

        ScanReport report = await RunAsync(new(), checks);

        report.Checks.ShouldAllBe(static check => check.Outcome == "passed");
    }

    [Fact]
    public async Task An_intrusive_check_runs_alone()
    {
        int running = 0;
        var together = new ConcurrentDictionary<string, int>();
        Check Watcher(string id, ScanMode mode) => new FakeCheck(FakeCheck.Rule(id, mode: mode), async cancel =>
        {
            together[id] = Interlocked.Increment(ref running);
            await Task.Yield();
            Interlocked.Decrement(ref running);
            return CheckResult.Passed();
        });
        ScanRequest request = FakeSession.Request(static one => one with { Mode = ScanMode.Intrusive });

        await RunAsync(new(), [Watcher("MTLS-101", ScanMode.Safe), Watcher("MTLS-102", ScanMode.Intrusive), Watcher("MTLS-103", ScanMode.Intrusive)], request);

        together["MTLS-102"].ShouldBe(1);
        together["MTLS-103"].ShouldBe(1);
    }

    [Fact]
    public async Task The_report_does_not_depend_on_the_order_in_which_checks_end()
    {
        List<string> prints = [];
        for (int round = 0; round < 20; round++)
        {
            Check[] checks =
            [
                .. Enumerable.Range(101, 6).Select(number => new FakeCheck(FakeCheck.Rule($"MTLS-{number}"), async _ =>
                {
                    await Task.Yield();
                    return CheckResult.Failed(FakeCheck.Flaw()).With(new Fact($"MTLS-{number}", "seen", "yes"));
                })),
            ];
            ScanReport report = await RunAsync(new(), checks);
            prints.Add(string.Join(' ', report.Findings.Select(static one => one.Fingerprint).Concat(report.Facts.Select(static one => one.Id))));
        }

        prints.Distinct().Count().ShouldBe(1);
    }

    private static FakeCheck Identified(string id, CheckResult result) => FakeCheck.Of(FakeCheck.Rule(id, needs: [Need.Identity]), result);

    private static Task<ScanReport> RunAsync(
        FakeSession session, Check[] checks, ScanRequest? request = null, Recorder? progress = null, CancellationTokenSource? user = null) =>
        new Scanner(session, [.. checks], TimeProvider.System).RunAsync(request ?? FakeSession.Request(), progress, user?.Token ?? CancellationToken.None)
            .WaitAsync(s_ceiling, TestContext.Current.CancellationToken);

    private sealed class Recorder : IProgress<ScanProgress>
    {
        public ConcurrentQueue<ScanProgress> Seen { get; } = new();

        public void Report(ScanProgress value) => Seen.Enqueue(value);
    }
}
