using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Cli.Tests;

public sealed class ScanCommandTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly List<ScanRequest> _asked = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("scan", "no target")]
    [InlineData("scan localhost", "the target: `localhost` is no URL")]
    [InlineData("scan https://u:hunter2@localhost", "is no URL")]
    [InlineData("scan https://localhost --mode acive", "--mode: acive is not known")]
    [InlineData("scan https://localhost --stack iis", "--stack: iis is not known")]
    [InlineData("scan https://localhost --expect tls", "--expect: tls is not known")]
    [InlineData("scan https://localhost --fail-on info", "--fail-on: info is not known")]
    [InlineData("scan https://localhost --format xml", "--format: xml is not known")]
    [InlineData("scan https://localhost --format json --format html", "several formats and nowhere to put them")]
    [InlineData("scan https://localhost --min-coverage 101", "--min-coverage must be a whole number from 0 to 100")]
    [InlineData("scan https://localhost --rps 0", "--rps must be a whole number from 1 to 10000")]
    [InlineData("scan https://localhost --max-requests -1", "--max-requests must be")]
    [InlineData("scan https://localhost --timeout 60", "--timeout: `60` is no duration")]
    [InlineData("scan https://localhost --checks MTLS-999", "--checks: MTLS-999 is no rule")]
    [InlineData("scan https://localhost --skip mutual-tsl", "--skip: mutual-tsl is no rule")]
    [InlineData("scan https://localhost --checks MTLS-002/odd", "--checks: MTLS-002 has no such variant")]
    [InlineData("scan https://localhost --require mutual-tls", "--require: mutual-tls is no rule")]
    [InlineData("scan https://localhost --token alice=hunter2", "--token: the token of alice is written out")]
    [InlineData("scan https://localhost --identity-password alice=hunter2", "the password of alice is written out")]
    [InlineData("scan https://localhost --identity alice=nowhere.pem", "does not exist")]
    [InlineData("scan https://localhost --output nowhere/report.json", "its directory does not exist")]
    [InlineData("scan https://localhost --output ", "--output names nothing")]
    [InlineData("scan https://localhost --config nowhere.yaml", "does not exist")]
    public async Task A_usage_error_is_told_before_anything_is_sent(string line, string error)
    {
        Run run = (await ScanAsync(Reports.Clean, line.Split(' '))).IsUsageError();
        run.Errors[0].ShouldContain(error);
        run.Error.ShouldNotContain("hunter2");
        _asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task All_usage_errors_are_told_at_once()
    {
        Run run = (await ScanAsync(Reports.Clean, "scan", "localhost", "--mode", "x", "--rps", "0", "--identity", "alice")).IsUsageError();
        run.Errors.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Without_output_one_format_goes_to_stdout_and_nothing_else_does()
    {
        Run console = await ScanAsync(Reports.Clean, "scan", "https://localhost");
        console.Code.ShouldBe(0, console.Error);
        console.Output.ShouldContain("https://localhost");
        Run json = await ScanAsync(Reports.Clean, "scan", "https://localhost", "--format", "json", "--quiet");
        json.Error.ShouldBeEmpty();
        JsonDocument.Parse(json.Output).RootElement.GetProperty("grade").GetString().ShouldBe("A");
    }

    [Fact]
    public async Task Output_is_a_file_or_a_directory_by_the_contract_s_rules()
    {
        await ScanAsync(Reports.Clean, "scan", "https://localhost", "--format", "json", "--output", "one.json");
        Files().ShouldBe(["one.json"]);
        Directory.CreateDirectory(At("there"));
        await ScanAsync(Reports.Clean, "scan", "https://localhost", "--format", "json", "--output", "there");
        Files("there").ShouldBe(["report.json"]);
        await ScanAsync(Reports.Clean, "scan", "https://localhost", "--format", "sarif", "--output", "made/");
        Files("made").ShouldBe(["report.sarif"]);
        await ScanAsync(Reports.Clean, "scan", "https://localhost", "--format", "html", "--format", "junit", "--format", "markdown", "--output", "many");
        Files("many").ShouldBe(["report.html", "report.junit.xml", "report.md"]);
        Run all = await ScanAsync(Reports.Clean, "scan", "https://localhost", "--output", "all/");
        Files("all").ShouldBe(["report.html", "report.json", "report.junit.xml", "report.md", "report.sarif"]);
        all.Output.ShouldContain("https://localhost");
        Run blocked = (await ScanAsync(Reports.Clean, "scan", "https://localhost", "--format", "json", "--format", "html", "--output", "one.json")).IsUsageError();
        blocked.Errors.ShouldBe(["--output one.json is a file, and a directory is needed"]);
    }

    [Theory]
    [InlineData(Severity.Critical, "", 1)]
    [InlineData(Severity.Medium, "", 0)]
    [InlineData(Severity.Medium, "--fail-on medium", 1)]
    [InlineData(Severity.Critical, "--fail-on none", 0)]
    [InlineData(Severity.Low, "--require MTLS-002", 0)]
    [InlineData(Severity.Low, "--min-coverage 90", 3)]
    public async Task The_exit_code_follows_the_findings(Severity severity, string more, int code)
    {
        Run run = await ScanAsync(Reports.With(severity), ["scan", "https://localhost", .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        run.Code.ShouldBe(code, run.Error);
        run.Output.ShouldContain("MTLS-101");
        run.Errors.Count.ShouldBe(code == 3 ? 1 : 0);
    }

    [Fact]
    public async Task Ctrl_C_is_130_and_the_report_is_written()
    {
        using var cancel = new CancellationTokenSource();
        Run run = await Run.OfAsync(
            surroundings => At(surroundings) with
            {
                Scan = async (request, _, token) =>
                {
                    await cancel.CancelAsync();
                    token.IsCancellationRequested.ShouldBeTrue();
                    return Reports.With(Severity.Critical) with { Partial = true };
                },
            },
            ["scan", "https://localhost", "--format", "json", "--output", "partial.json"],
            cancel.Token);
        run.Code.ShouldBe(130);
        JsonDocument.Parse(await File.ReadAllTextAsync(At("partial.json"), TestContext.Current.CancellationToken)).RootElement.GetProperty("partial").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Progress_goes_to_stderr_as_plain_lines_and_quiet_leaves_only_defects()
    {
        ScanRun scan = (request, progress, _) =>
        {
            IProgress<ScanProgress> told = progress.ShouldNotBeNull();
            told.Report(new ScanProgress.Surveying("https://localhost"));
            told.Report(new ScanProgress.Planned(1, 2));
            told.Report(new ScanProgress.Finished("MTLS-002", "notTested", 1, 1));
            told.Report(new ScanProgress.Broken("MTLS-003", "NullReferenceException"));
            return Task.FromResult(Reports.Clean);
        };
        Run loud = await Run.OfAsync(surroundings => At(surroundings) with { Scan = scan }, ["scan", "https://localhost"]);
        loud.Error.ShouldBe("sallyport: looking at https://localhost\nsallyport: 1 of 2 checks will run\nsallyport: 1/1 MTLS-002 not tested\nsallyport: internal error in MTLS-003: NullReferenceException\n");
        Run quiet = await Run.OfAsync(surroundings => At(surroundings) with { Scan = scan }, ["scan", "https://localhost", "--quiet"]);
        quiet.Error.ShouldBe("sallyport: internal error in MTLS-003: NullReferenceException\n");
    }

    [Theory]
    [InlineData(true, null, "", true)]
    [InlineData(false, null, "", false)]
    [InlineData(true, "1", "", false)]
    [InlineData(true, "", "", true)]
    [InlineData(true, null, "--no-color", false)]
    public async Task Colour_only_on_a_terminal_that_wants_it(bool terminal, string? noColor, string more, bool coloured)
    {
        Run run = await Run.OfAsync(
            surroundings => At(surroundings) with { Scan = (_, _, _) => Task.FromResult(Reports.With(Severity.Critical)), OutputIsTerminal = terminal, Environment = name => name == "NO_COLOR" ? noColor : null },
            ["scan", "https://localhost", .. more.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        run.Output.Contains('\e', StringComparison.Ordinal).ShouldBe(coloured);
    }

    [Fact]
    public async Task A_terminal_gets_a_live_display_on_stderr_only()
    {
        Run run = await Run.OfAsync(
            surroundings => At(surroundings) with
            {
                ErrorIsTerminal = true,
                Scan = (_, progress, _) =>
                {
                    progress?.Report(new ScanProgress.Surveying("https://localhost/[odd]"));
                    progress?.Report(new ScanProgress.Finished("MTLS-002", "failed", 1, 1));
                    return Task.FromResult(Reports.Clean);
                },
            },
            ["scan", "https://localhost", "--format", "json"]);
        run.Code.ShouldBe(0, run.Error);
        JsonDocument.Parse(run.Output).RootElement.GetProperty("grade").GetString().ShouldBe("A");
    }

    [Fact]
    public async Task The_options_reach_the_request()
    {
        await ScanAsync(Reports.Clean, "scan", "https://localhost:8443/v1", "--mode", "active", "--stack", "nginx", "--expect", "mtls", "--operation", "GET /a", "--operation", "GET /b",
            "--exclude", "POST /**", "--name", "b.example", "--origin", "https://localhost:9443", "--callback", "http://192.0.2.7:9000", "--allow-hooks", "--checks", "MTLS-001,MTLS-002", "--skip", "MTLS-002",
            "--rps", "9", "--max-requests", "8", "--max-connections", "7", "--timeout", "6s", "--connect-to", "127.0.0.1:1");
        ScanRequest request = _asked.ShouldHaveSingleItem();
        request.ShouldSatisfyAllConditions(
            asked => asked.Target.ToString().ShouldBe("https://localhost:8443/v1"),
            asked => asked.Mode.ShouldBe(ScanMode.Active),
            asked => asked.Stack.ShouldBe(ServerStack.Nginx),
            asked => asked.Expect.MutualTlsRequired.ShouldBeTrue(),
            asked => asked.Operations.Select(operation => operation.Name).ShouldBe(["GET /a", "GET /b"]),
            asked => asked.Excluded.ShouldBe(["POST /**"]),
            asked => asked.Names.ShouldBe(["b.example"]),
            asked => asked.Origins.Single().Port.ShouldBe(9443),
            asked => asked.Callback.ShouldNotBeNull().Port.ShouldBe(9000),
            asked => asked.AllowHooks.ShouldBeTrue(),
            asked => asked.Only.ShouldBe(["MTLS-001", "MTLS-002"]),
            asked => asked.Skip.ShouldBe(["MTLS-002"]),
            asked => asked.Limits.ShouldBe(new ScanLimits { RequestsPerSecond = 9, Requests = 8, Connections = 7, Timeout = TimeSpan.FromSeconds(6) }),
            asked => asked.ConnectTo.ShouldNotBeNull().Port.ShouldBe(1));
    }

    private Task<Run> ScanAsync(ScanReport report, params string[] args) => Run.OfAsync(
        surroundings => At(surroundings) with
        {
            Scan = (request, _, _) =>
            {
                _asked.Add(request);
                return Task.FromResult(report);
            },
        },
        args);

    private Surroundings At(Surroundings surroundings) => surroundings with { WorkingDirectory = _folder.Path };

    private string At(string name) => Path.Combine(_folder.Path, name);

    private IEnumerable<string> Files(string folder = "") =>
        Directory.EnumerateFiles(At(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);
}
