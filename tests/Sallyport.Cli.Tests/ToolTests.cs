using System;
using System.Threading.Tasks;

namespace Sallyport.Cli.Tests;

public sealed class ToolTests
{
    [Fact]
    public async Task Shows_its_version()
    {
        Run run = await Run.OfAsync("--version");
        run.ShouldBe(new Run(0, $"sallyport {Tool.Version}\n", ""));
        Version.TryParse(Tool.Version, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Help_lists_every_command_and_every_option_of_the_contract()
    {
        Run root = await Run.OfAsync("--help");
        root.Code.ShouldBe(0);
        foreach (string command in (string[])["scan", "demo", "explain", "checks", "pki", "mitm", "--version"])
        {
            root.Output.ShouldContain(command);
        }

        Run scan = await Run.OfAsync("scan", "--help");
        scan.Code.ShouldBe(0);
        foreach (string option in "--config --spec --stack --identity --identity-password --token --cookie --server-ca --client-ca --client-ca-key --expect --operation --protected --exclude --name --origin --callback --mode --allow-hooks --checks --skip --format --output --fail-on --min-coverage --require --rps --max-requests --max-connections --timeout --connect-to --no-color --quiet".Split(' '))
        {
            scan.Output.ShouldContain($"  {option} ");
        }

        foreach (string[] help in (string[][])[["demo", "--help"], ["explain", "--help"], ["checks", "--help"], ["pki", "--help"], ["pki", "init", "--help"], ["pki", "matrix", "--help"], ["mitm", "--help"]])
        {
            Run run = await Run.OfAsync(help);
            run.Code.ShouldBe(0);
            run.Output.ShouldContain("Usage:");
            run.Error.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("", "no command", "sallyport scan https://api.example.com, or sallyport --help")]
    [InlineData("scna", "unknown command scna", "did you mean scan?")]
    [InlineData("scan --tokn alice=hunter2", "unknown option --tokn", "did you mean --token?")]
    [InlineData("scan https://localhost --token", "--token needs a value", "see sallyport scan --help")]
    [InlineData("scan https://localhost https://two", "sallyport scan takes no further argument after what was given", "see sallyport scan --help")]
    [InlineData("pki", "no command", "sallyport pki init DIR, or sallyport pki matrix DIR")]
    [InlineData("pki init", "sallyport pki init needs DIR", "see sallyport pki init --help")]
    [InlineData("explain", "sallyport explain needs rule-id", "see sallyport explain --help")]
    [InlineData("explain mtsl-002", "mtsl-002 is no rule", "did you mean MTLS-002?")]
    [InlineData("explain nonsense", "nonsense is no rule", "sallyport checks lists every rule")]
    [InlineData("checks --format yaml", "--format: yaml is not known", "console or json")]
    [InlineData("mitm --listen nowhere", "--listen is no address", "write 127.0.0.1, 127.0.0.1:9443 or [::1]:9443")]
    [InlineData("mitm --listen 203.0.113.1", "cannot listen at 203.0.113.1:0", "choose an address of this machine and ports that are free")]
    public async Task Tells_what_is_wrong_with_the_command_line(string line, string error, string hint)
    {
        Run run = (await Run.OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).IsUsageError();
        run.Errors.ShouldBe([error]);
        run.Hints.ShouldBe([hint]);
        run.Error.ShouldNotContain("hunter2");
    }

    [Fact]
    public async Task An_unexpected_exception_becomes_one_line_without_its_message()
    {
        Run run = await Run.OfAsync(surroundings => surroundings with { Environment = _ => throw new InvalidOperationException("hunter2") }, ["scan", "https://localhost", "--token", "alice=env:X"]);
        run.Code.ShouldBe(ExitCode.NotScanned);
        run.Errors.ShouldHaveSingleItem().ShouldStartWith("internal error: InvalidOperationException in ");
        run.Error.ShouldNotContain("hunter2");
        run.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task Lists_the_catalogue_and_explains_each_rule()
    {
        Run table = await Run.OfAsync("checks");
        Run json = await Run.OfAsync("checks", "--format", "json");
        (table.Code, json.Code).ShouldBe((0, 0));
        using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(json.Output);
        foreach (Scan.Findings.CheckInfo rule in Scan.Engine.CheckCatalog.Rules)
        {
            table.Output.ShouldContain(rule.Id);
            json.Output.ShouldContain($"\"{rule.Id}\"");
            Run explained = await Run.OfAsync("explain", rule.Id.ToLowerInvariant());
            explained.Code.ShouldBe(0);
            explained.Output.ShouldStartWith(rule.Id);
            explained.Output.ShouldNotContain("\e[");
        }
    }
}
