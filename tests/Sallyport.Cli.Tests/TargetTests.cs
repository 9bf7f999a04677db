using System;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;

namespace Sallyport.Cli.Tests;

/// <summary>The tool from its command line to its exit code, on a server that works.</summary>
public sealed class TargetTests : IAsyncLifetime
{
    private const string Password = "correct horse battery";
    private readonly LabPki _pki = new(TimeProvider.System);
    private KestrelServer? _server;

    public async ValueTask InitializeAsync() => _server = await KestrelServer.StartAsync(_pki.Material, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _pki.Dispose();
    }

    [Fact]
    public async Task A_server_that_requires_certificates_is_seen_as_one_with_every_form_of_identity()
    {
        string p12 = _pki.Alice.Pkcs12File(Password);
        foreach (string[] identity in (string[][])
        [
            ["--identity", $"alice={_pki.Alice.CertificateFile},{_pki.Alice.KeyFile}"],
            ["--identity", $"alice={_pki.Alice.BundleFile}"],
            ["--identity", $"alice={p12}", "--identity-password", "alice=env:P12"],
        ])
        {
            (Run run, JsonElement report) = await ScanAsync(server => server.Require, identity);
            run.Errors.ShouldBeEmpty();
            run.Code.ShouldBeOneOf(0, 1);
            report.GetProperty("clientAuthentication").GetString().ShouldBe("required");
            Outcome(report, "MTLS-002").ShouldBe("passed");
            (run.Output + run.Error).ShouldNotContain(Password);
        }
    }

    [Fact]
    public async Task A_server_that_never_asks_fails_the_build()
    {
        (Run run, JsonElement report) = await ScanAsync(server => server.Off, ["--identity", $"alice={_pki.Alice.BundleFile}", "--expect", "mtls"]);
        report.GetProperty("clientAuthentication").GetString().ShouldBe("notRequested");
        run.Code.ShouldBe(ExitCode.Findings, run.Error);
        Outcome(report, "MTLS-002").ShouldBe("failed");
    }

    [Fact]
    public async Task A_server_with_an_unknown_ca_gets_no_token_and_the_report_says_why()
    {
        (Run run, JsonElement report) = await ScanAsync(
            server => server.Require, ["--identity", $"alice={_pki.Alice.BundleFile}", "--token", "alice=env:P12"], trusted: false);
        run.Error.ShouldNotContain("internal error");
        report.GetProperty("facts").EnumerateArray().ShouldContain(fact => fact.GetProperty("title").GetString() == "Server not verified");
        (run.Output + run.Error).ShouldNotContain(Password);
    }

    [Fact]
    public async Task An_identity_that_the_server_refuses_is_told()
    {
        (Run run, JsonElement report) = await ScanAsync(server => server.Require, ["--identity", $"alice={_pki.Rogue.BundleFile}", "--expect", "mtls"]);
        run.Error.ShouldContain("sallyport: note: no valid identity's request succeeded");
        Outcome(report, "MTLS-002").ShouldBe("notTested");
        run.Code.ShouldBe(3);
        run.Errors.ShouldBe(["MTLS-002 was not tested although mutual TLS is expected"]);
    }

    private async Task<(Run Run, JsonElement Report)> ScanAsync(Func<KestrelServer, LabEndpoint> site, string[] more, bool trusted = true)
    {
        // InitializeAsync has run.
        int port = site(_server!).Port;
        string[] trust = trusted ? ["--server-ca", _pki.ServerCa.CertificateFile] : [];
        Run run = await Run.OfAsync(
            surroundings => surroundings with { Environment = name => name == "P12" ? Password : null },
            ["scan", $"https://localhost:{port}", "--connect-to", $"127.0.0.1:{port}", "--protected", "GET /profiles/alice", "--format", "json", .. trust, .. more]);
        run.Output.ShouldNotBeEmpty(run.Error);
        return (run, JsonDocument.Parse(run.Output).RootElement);
    }

    private static string? Outcome(JsonElement report, string id) =>
        report.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == id).GetProperty("outcome").GetString();
}
