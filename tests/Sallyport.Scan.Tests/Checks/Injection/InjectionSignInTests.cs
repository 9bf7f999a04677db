using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Injection;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Injection;

/// <summary>Bad values at logins and registrations: a disposable identity tries, its account is not locked for it, and what locks it proves nothing.</summary>
public sealed class InjectionSignInTests(CheckLab lab)
{
    private const string Password = "bobs own pass 22";
    private const string SqlError = "{\"error\":\"SQLite error 1: near \\\"'\\\": syntax error\"}";
    private static readonly ApiSchema s_text = new() { Types = ["string"], MaxLength = 60 };

    private static Operation Post(string path, params ReadOnlySpan<string> members) => new()
    {
        Method = "POST",
        PathTemplate = path,
        HasSecurity = true,
        Body = new("application/json", true, new()
        {
            Types = ["object"],
            Required = [.. members],
            Properties = members.ToArray().Aggregate(ApiSchema.None, (all, one) => all.Add(one, s_text)),
        }, []),
    };

    [Fact]
    public async Task A_login_that_puts_a_name_into_its_statement_is_found_and_nobody_is_locked_out()
    {
        Doorman doorman = new() { Concatenates = true };
        ScanReport report = await RunAsync(new SqlInjection(), doorman.AnswerAsync, Post("/session", "login", "password"));
        Finding finding = report.Findings.ShouldHaveSingleItem(Told(report));
        finding.Operation.ShouldBe("POST /session");
        finding.Observed.ShouldContain("login (body)");
        finding.Observed.ShouldNotContain(Password);
        doorman.MostWrongInARow.ShouldBe(1);
    }

    [Fact]
    public async Task A_login_that_keeps_values_apart_passes()
    {
        Doorman doorman = new();
        foreach (Check check in new Check[] { new SqlInjection(), new Interpreters(), new SchemaBreach() })
        {
            ScanReport report = await RunAsync(check, doorman.AnswerAsync, Post("/session", "login", "password"));
            report.Findings.ShouldBeEmpty(Told(report));
            (report.Checks.Single().Passed > 0, report.Checks.Single().NotTested).ShouldBe((true, 0), Told(report));
        }

        doorman.MostWrongInARow.ShouldBe(1);
    }

    [Fact]
    public async Task A_login_that_locks_the_account_for_it_is_undecided()
    {
        Doorman doorman = new() { LocksAfter = 3, Forgets = false };
        ScanReport report = await RunAsync(new SqlInjection(), doorman.AnswerAsync, Post("/session", "login", "password"));
        report.Findings.ShouldBeEmpty(Told(report));
        report.Checks.Single().Outcome.ShouldBe("notTested", Told(report));
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("429");
    }

    [Fact]
    public async Task Without_a_disposable_identity_nothing_is_sent()
    {
        Doorman doorman = new() { Concatenates = true };
        ScanReport report = await RunAsync(new SqlInjection(), doorman.AnswerAsync, request => request with { Identities = [.. request.Identities.Select(one => one with { Disposable = false })] }, Post("/session", "login", "password"));
        report.Checks.Single().Outcome.ShouldBe("notTested", Told(report));
        doorman.MostWrongInARow.ShouldBe(0);
    }

    [Fact]
    public async Task A_registration_names_another_account_each_time()
    {
        ConcurrentDictionary<string, int> names = new();
        ScanReport report = await RunAsync(new SchemaBreach(), async (context, body) =>
        {
            string name = body?["login"] is JsonValue one && one.TryGetValue(out string? text) ? text : "";
            int status = body?["password"] is null ? 500 : name.Length is 0 or > 60 || body["password"] is not JsonValue ? 400 : names.TryAdd(name, 1) ? 202 : 409;
            await ApiServer.RefuseAsync(context, status);
        }, Post("/register", "login", "password"));

        // Only where each sound request before and after is accepted can it be told that null breaks the operation.
        report.Findings.Select(one => one.Variant).ShouldBe(["error", "accepted"], ignoreOrder: true, Told(report));
        report.Findings.ShouldContain(one => one.Variant == "error" && one.Observed.Contains("password (body): null", StringComparison.Ordinal), Told(report));
    }

    [Fact]
    public async Task A_fault_that_no_sound_answer_surrounds_is_undecided()
    {
        bool broken = false;
        ScanReport report = await RunAsync(new SchemaBreach(), async (context, body) =>
        {
            // Once it is broken it stays so.
            broken |= context.Request.Path == "/notes" && body?["text"] is null;
            await ApiServer.RefuseAsync(context, broken ? 500 : body?["text"] is JsonValue one && one.ToString().Length <= 60 ? 201 : 400);
        }, Post("/notes", "text"));
        report.Findings.ShouldBeEmpty(Told(report));
        report.Checks.Single().NotTested.ShouldBe(1, Told(report));
    }

    [Fact]
    public async Task Whoever_is_served_with_what_is_right_tries_what_is_wrong()
    {
        ScanReport report = await RunAsync(new SqlInjection(), async (context, body) =>
        {
            string text = body?["text"]?.ToString() ?? "";
            await (ApiServer.Caller(context) != "root" ? ApiServer.RefuseAsync(context, 403)
                : text.Count(c => c == '\'') % 2 == 1 ? ApiServer.JsonAsync(context, SqlError) : ApiServer.JsonAsync(context, "{}"));
        }, Post("/reports", "text"));
        Finding finding = report.Findings.ShouldHaveSingleItem(Told(report));
        finding.Identity.ShouldBe("root");
    }

    [Fact]
    public async Task What_is_refused_to_everybody_is_undecided()
    {
        ScanReport report = await RunAsync(new SqlInjection(), (context, _) => ApiServer.RefuseAsync(context, 403), Post("/reports", "text"));
        report.Checks.Single().Outcome.ShouldBe("notTested", Told(report));
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("refused to everybody");
    }

    [Fact]
    public async Task A_bad_value_that_came_too_often_is_undecided()
    {
        int seen = 0;
        ScanReport report = await RunAsync(new SqlInjection(), (context, _) => Interlocked.Increment(ref seen) > 4 ? ApiServer.RefuseAsync(context, 429) : ApiServer.JsonAsync(context, "{}"), Post("/reports", "text"));
        report.Checks.Single().Outcome.ShouldBe("notTested", Told(report));
        report.Checks.Single().Reason.ShouldNotBeNull().ShouldContain("429");
    }

    private Task<ScanReport> RunAsync(Check check, Func<HttpContext, JsonObject?, Task> answer, Operation operation) => RunAsync(check, answer, static request => request, operation);

    private async Task<ScanReport> RunAsync(Check check, Func<HttpContext, JsonObject?, Task> answer, Func<ScanRequest, ScanRequest> change, Operation operation)
    {
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (context.Request.Method != "POST")
            {
                return false;
            }

            using StreamReader reader = new(context.Request.Body);
            string text = await reader.ReadToEndAsync(context.RequestAborted);
            await answer(context, context.Request.ContentType?.Contains("json", StringComparison.Ordinal) == true ? JsonNode.Parse(text) as JsonObject : null);
            return true;
        });
        ScanRequest request = server.Request();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        return await new Scanner(new ScanSessions(TimeProvider.System), [check], TimeProvider.System).RunAsync(
            change(request with
            {
                Operations = [CheckLab.Profiles, operation],
                Mode = ScanMode.Active,
                Identities =
                [
                    .. request.Identities.Select(one => one.Name != "bob" ? one : one with
                    {
                        Disposable = true,
                        Login = new() { Path = "/session", Json = new Secret($$"""{"login":"bob","password":"{{Password}}"}""") },
                    }),
                ],
            }), null, limit.Token);
    }

    private static string Told(ScanReport report) => string.Join('\n', report.Findings.Select(one => $"{one.Id} {one.Variant} {one.Operation}: {one.Observed}").Concat(report.Checks.Select(one => one.ToString())));

    /// <summary>A login that counts wrong ones.</summary>
    private sealed class Doorman
    {
        private readonly Lock _gate = new();
        private int _wrong;
        private int _inARow;

        public bool Concatenates { get; init; }

        public int LocksAfter { get; init; } = 5;

        public bool Forgets { get; init; } = true;

        public int MostWrongInARow { get; private set; }

        public Task AnswerAsync(HttpContext context, JsonObject? body)
        {
            lock (_gate)
            {
                if (body is null || body.Any(member => member.Value is not JsonValue value || !value.TryGetValue(out string? text) || text.Length > 60))
                {
                    return ApiServer.RefuseAsync(context, body is null ? 415 : 400);
                }

                (string login, string password) = (body["login"]?.ToString() ?? "", body["password"]?.ToString() ?? "");
                if (_wrong >= LocksAfter)
                {
                    return ApiServer.RefuseAsync(context, 429);
                }

                if (login == "bob" && password == Password)
                {
                    _wrong = Forgets ? 0 : _wrong;
                    _inARow = 0;
                    context.Response.Headers.SetCookie = "__Host-shop=1; Path=/; Secure; HttpOnly; SameSite=Lax";
                    return ApiServer.JsonAsync(context, "{}");
                }

                if (Concatenates && login.Count(c => c == '\'') % 2 == 1)
                {
                    return ApiServer.JsonAsync(context, SqlError);
                }

                _wrong++;
                MostWrongInARow = Math.Max(MostWrongInARow, ++_inARow);
                return ApiServer.RefuseAsync(context, 401);
            }
        }
    }
}
