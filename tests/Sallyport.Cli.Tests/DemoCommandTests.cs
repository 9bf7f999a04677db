using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;

namespace Sallyport.Cli.Tests;

public sealed class DemoCommandTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Finds_all_that_is_planted_in_the_naked_api_and_nothing_in_the_guarded_one()
    {
        Run run = await Run.OfAsync(surroundings => surroundings with { WorkingDirectory = _folder.Path }, ["demo", "--mode", "safe", "--output", "out"]);
        run.Errors.ShouldBeEmpty();
        run.Code.ShouldBe(0);
        string[] table = run.Output.Split('\n');
        table[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["naked", "guarded"]);
        table.Single(line => line.StartsWith("grade", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].ShouldBe(["F", "A"]);
        table.ShouldContain(line => line.StartsWith("both as expected", StringComparison.Ordinal));
        run.Output.ShouldNotContain("\e[");
        foreach (string side in (string[])["naked", "guarded"])
        {
            Directory.EnumerateFiles(Path.Combine(_folder.Path, "out", side)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)
                .ShouldBe(["report.html", "report.json", "report.sarif"]);
        }

        JsonElement guarded = Report("guarded");
        guarded.GetProperty("clientAuthentication").GetString().ShouldBe("required");
        guarded.GetProperty("partial").GetBoolean().ShouldBeFalse();
        guarded.GetProperty("findings").GetArrayLength().ShouldBe(0);

        // Some fifty rules do not run in safe mode, and count as one probe each that was not tested: Sallyport.Proof.Tests runs them too, as the demonstration does by itself.
        JsonElement coverage = guarded.GetProperty("coverage");
        ((double)coverage.GetProperty("tested").GetInt32() / coverage.GetProperty("applicable").GetInt32()).ShouldBeGreaterThan(0.93);
        Report("naked").GetProperty("findings").GetArrayLength().ShouldBeGreaterThan(40);
    }

    [Theory]
    [InlineData("Intrusive", "demo")]
    [InlineData("Active", "demo", "--mode", "active")]
    public async Task Everything_is_allowed_to_a_scan_of_our_own_unless_it_is_told_otherwise(string mode, params string[] arguments)
    {
        ConcurrentBag<string> modes = [];
        await Run.OfAsync(
            surroundings => surroundings with
            {
                Scan = (request, _, _) =>
                {
                    modes.Add(request.Mode.ToString());
                    return Task.FromResult(Reports.Clean);
                },
            },
            arguments);
        modes.ShouldBe([mode, mode]);
    }

    [Fact]
    public async Task An_output_that_cannot_be_made_is_told_before_anything_starts()
    {
        _folder.Write("out", "a file");
        Run run = (await Run.OfAsync(surroundings => surroundings with { WorkingDirectory = _folder.Path }, ["demo", "--output", "out"])).IsUsageError();
        run.Errors[0].ShouldContain("cannot be made");
        (await Run.OfAsync("demo", "--output", "")).IsUsageError().Errors[0].ShouldBe("--output names nothing");
        (await Run.OfAsync("demo", "--mode", "wild")).IsUsageError().Errors[0].ShouldContain("wild");
    }

    private JsonElement Report(string side) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "out", side, "report.json"))).RootElement;
}
