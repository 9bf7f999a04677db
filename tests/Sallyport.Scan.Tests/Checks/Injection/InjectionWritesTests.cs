using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
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

/// <summary>What bad values change in active mode: it is put right before anybody is compared with what there was, or it is never sent.</summary>
public sealed class InjectionWritesTests(CheckLab lab)
{
    private static readonly ApiSchema s_text = new() { Types = ["string"], MaxLength = 40 };

    private static readonly Operation s_put = CheckLab.Profiles with
    {
        Method = "PUT",
        Body = new("application/json", true, new() { Types = ["object"], Properties = ApiSchema.None.Add("mail", s_text).Add("phone", s_text) }, ["{\"mail\":\"new@mail.test\",\"phone\":\"1\"}"]),
    };

    private static readonly Operation s_notes = new()
    {
        Method = "POST",
        PathTemplate = "/notes",
        HasSecurity = true,
        Body = new("application/json", true, new() { Types = ["object"], Properties = ApiSchema.None.Add("text", s_text) }, ["{\"text\":\"hello\"}"]),
    };

    private static readonly Operation s_remove = new() { Method = "DELETE", PathTemplate = "/notes/{noteId}", HasSecurity = true, Parameters = [new("noteId", "path", true, [])] };

    [Fact]
    public async Task What_bad_values_changed_is_as_it_was_before_the_control_is_asked()
    {
        ConcurrentDictionary<string, JsonObject> profiles = new();
        await using ApiServer server = await StartAsync(profiles);
        ScanReport report = await RunAsync([new SchemaBreach(), new SqlInjection(), new Interpreters(), new PathTraversal()], server, [CheckLab.Profiles, s_put]);

        // Whoever writes what it likes into its own profile is told so; and nobody says that alice is no longer served.
        report.Findings.Select(one => one.Id).Distinct().ShouldBe(["IV-001"], Told(report));
        report.Checks.Select(one => one.Reason ?? "").ShouldNotContain(reason => reason.Contains("control", StringComparison.Ordinal), Told(report));
        report.Checks.Single(one => one.Id == "IV-002").Outcome.ShouldBe("passed", Told(report));
        report.Writes.Where(one => one.Request.StartsWith("PUT", StringComparison.Ordinal)).Select(one => one.State).Distinct().ShouldBe([WriteState.Restored]);
        profiles["alice"].ToJsonString().ShouldBe(Profile("alice").ToJsonString());
    }

    [Fact]
    public async Task Places_of_one_object_are_tried_one_after_the_other()
    {
        ConcurrentDictionary<string, JsonObject> profiles = new();
        int now = 0;
        int most = 0;
        await using ApiServer server = await StartAsync(profiles, async () =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Yield();
            Interlocked.Decrement(ref now);
        });
        await RunAsync([new SqlInjection()], server, [CheckLab.Profiles, s_put]);
        most.ShouldBe(1);
    }

    [Fact]
    public async Task What_was_made_with_bad_values_is_removed()
    {
        ConcurrentDictionary<string, string> notes = new();
        int made = 0;
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            string path = context.Request.Path.Value ?? "";
            if (path == "/notes" && ApiServer.Caller(context) is not null)
            {
                string id = Interlocked.Increment(ref made).ToString(System.Globalization.CultureInfo.InvariantCulture);
                notes[id] = await BodyAsync(context);
                context.Response.StatusCode = 201;
                await context.Response.WriteAsync($"{{\"id\":{id}}}");
                return true;
            }

            if (path.StartsWith("/notes/", StringComparison.Ordinal) && context.Request.Method == "DELETE")
            {
                context.Response.StatusCode = notes.TryRemove(path["/notes/".Length..], out _) ? 204 : 404;
                return true;
            }

            return false;
        });
        await RunAsync([new SqlInjection()], server, [CheckLab.Profiles, s_notes, s_remove]);
        made.ShouldBeGreaterThan(2);
        notes.ShouldBeEmpty();
    }

    public static TheoryData<string, string> Lasting() => new()
    {
        { "/transfers", "{\"to\":\"bob\",\"amount\":1}" },
        { "/session", "{\"user\":\"alice\",\"code\":\"x\"}" },
        { "/enter", "{\"user\":\"alice\",\"password\":\"x\"}" },
        { "/coupons/{name}/redeem", "" },
        { "/notes/{name}/close", "" },
        { "/admin/accounts/{name}/role", "{\"role\":\"x\"}" },
    };

    [Theory]
    [MemberData(nameof(Lasting))]
    public async Task What_cannot_be_put_right_again_gets_no_bad_values(string path, string body)
    {
        int sent = 0;
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            if (context.Request.Method != "POST")
            {
                return false;
            }

            Interlocked.Increment(ref sent);
            await ApiServer.JsonAsync(context, "{}");
            return true;
        });
        ImmutableSortedDictionary<string, ApiSchema> members = body.Length == 0 ? ApiSchema.None : JsonNode.Parse(body)!.AsObject().Aggregate(ApiSchema.None, (all, one) => all.Add(one.Key, s_text)); // an object above
        Operation operation = new()
        {
            Method = "POST",
            PathTemplate = path,
            HasSecurity = true,
            Parameters = path.Contains('{', StringComparison.Ordinal) ? [new("name", "path", true, [])] : [new("note", "query", false, ["a"])],
            Body = body.Length == 0 ? null : new("application/json", true, new() { Types = ["object"], Properties = members }, [body]),
        };
        ScanReport report = await RunAsync([new SqlInjection()], server, [CheckLab.Profiles, operation]);
        sent.ShouldBe(0);
        CheckSummary check = report.Checks.Single();
        check.Outcome.ShouldBe("notTested", Told(report));
        check.Reason.ShouldNotBeNull().ShouldContain($"{operation.Name} gets no bad values");
    }

    [Fact]
    public async Task A_change_that_nobody_reads_back_gets_no_bad_values()
    {
        int sent = 0;
        await using ApiServer server = await ApiServer.StartAsync(lab, async context =>
        {
            sent += context.Request.Method == "PUT" ? 1 : 0;
            await (context.Request.Method == "PUT" ? ApiServer.JsonAsync(context, "{}") : Task.CompletedTask);
            return context.Request.Method == "PUT";
        });
        ScanReport report = await RunAsync([new SqlInjection()], server, [CheckLab.Profiles, s_put with { PathTemplate = "/settings/{name}" }]);
        sent.ShouldBe(0);
        report.Checks.Single().Outcome.ShouldBe("notTested", Told(report));
    }

    [Fact]
    public void What_writes_in_active_mode_runs_beside_nothing_then()
    {
        Check check = new SqlInjection();
        check.RunsAloneIn(ScanMode.Safe).ShouldBeFalse();
        check.RunsAloneIn(ScanMode.Active).ShouldBeTrue();
        new SlowPattern().RunsAloneIn(ScanMode.Safe).ShouldBeTrue();
    }

    // It keeps whatever it is sent: any type, any length.
    private Task<ApiServer> StartAsync(ConcurrentDictionary<string, JsonObject> profiles, Func<Task>? writing = null)
    {
        profiles["alice"] = Profile("alice");
        profiles["bob"] = Profile("bob");
        return ApiServer.StartAsync(lab, async context =>
        {
            string name = (context.Request.Path.Value ?? "").Split('/')[^1];
            if (ApiServer.Caller(context) != name || !profiles.TryGetValue(name, out JsonObject? profile))
            {
                return false;
            }

            if (context.Request.Method == "PUT")
            {
                await (writing?.Invoke() ?? Task.CompletedTask);
                JsonObject sent = JsonNode.Parse(await BodyAsync(context)) as JsonObject ?? [];
                JsonObject changed = (JsonObject)profile.DeepClone();
                foreach (string member in new[] { "mail", "phone" }.Where(sent.ContainsKey))
                {
                    changed[member] = sent[member]?.DeepClone();
                }

                profiles[name] = profile = changed;
            }

            await ApiServer.JsonAsync(context, profile.ToJsonString());
            return true;
        });
    }

    private static JsonObject Profile(string name) => new() { ["name"] = name, ["mail"] = $"{name}.4711@mail.test", ["phone"] = "+49 89 4711" };

    private static async Task<string> BodyAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }

    private static string Told(ScanReport report) => string.Join('\n', report.Findings.Select(one => one.Observed).Concat(report.Checks.Select(one => one.ToString())));

    private static async Task<ScanReport> RunAsync(ImmutableArray<Check> checks, ApiServer server, ImmutableArray<Operation> operations)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        return await new Scanner(new ScanSessions(TimeProvider.System), checks, TimeProvider.System)
            .RunAsync(server.Request() with { Operations = operations, Mode = ScanMode.Active }, null, limit.Token);
    }
}
