using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Sallyport.Cli;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;

namespace Sallyport.Interop.Tests.Table;

/// <summary>A row of the table through the tool itself, from its command line to its exit code, with the limits that a user gets.</summary>
public sealed class ToolTableTests(LabServers servers)
{
    /// <summary>Of the channel and of mutual TLS, with two identities and the CA's key: what the default set may take.</summary>
    private const int MostConnections = 200;

    [Fact]
    public async Task The_tool_finds_on_nginx_on_what_the_table_says_within_two_hundred_connections()
    {
        NginxServer nginx = await servers.NginxOrSkipAsync();
        string rules = string.Join(',', CheckCatalog.Rules.Select(static rule => rule.Id).Where(static id => id.StartsWith("TLS-", StringComparison.Ordinal) || id.StartsWith("MTLS-", StringComparison.Ordinal)));
        JsonElement report = await ScanAsync(nginx.Required, all: false, "--checks", rules);
        Rows(report).ShouldBe(["MTLS-107 low", "MTLS-122/cn-comma critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low"], report.ToString());
        report.GetProperty("connections").GetInt32().ShouldBeInRange(1, MostConnections, report.ToString());
    }

    /// <summary>MTLS-111 needs a revoked certificate, and each account's own profile is asked for: a third identity and a second operation cost more.</summary>
    [Fact]
    public async Task With_every_rule_and_a_revoked_certificate_it_finds_the_whole_row_and_stays_within_its_default_limit()
    {
        NginxServer nginx = await servers.NginxOrSkipAsync();
        JsonElement report = await ScanAsync(nginx.Required, all: true);
        Rows(report).ShouldBe(["MTLS-107 low", "MTLS-111 high", "MTLS-122/cn-comma critical", "TLS-003/cbc-sha1 low", "TLS-003/ccm8 low"], report.ToString());
        report.GetProperty("connections").GetInt32().ShouldBeInRange(MostConnections, 399, report.ToString());
    }

    private async Task<JsonElement> ScanAsync(LabEndpoint site, bool all, params string[] more)
    {
        LabPki pki = servers.Pki;
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        var surroundings = new Surroundings
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            Environment = static _ => null,
            WorkingDirectory = Path.GetTempPath(),
            Time = TimeProvider.System,
        };
        string configuration = Path.Combine(Directory.CreateTempSubdirectory("sallyport-tool-").FullName, "sallyport.yaml");
        await File.WriteAllTextAsync(
            configuration,
            $$"""
            target: https://localhost:{{site.Port}}
            connectTo: 127.0.0.1:{{site.Port}}
            serverCa: {{pki.ServerCa.CertificateFile}}
            clientCa: { cert: {{pki.ClientCa.CertificateFile}}, key: {{pki.ClientCa.KeyFile}} }
            identities:
              alice: { cert: {{pki.Alice.BundleFile}}{{(all ? ", values: { name: alice }" : "")}} }
              bob: { cert: {{pki.Bob.BundleFile}}{{(all ? ", values: { name: bob }" : "")}} }
            {{(all ? $"  carol: {{ cert: {pki.Revoked.BundleFile}, state: revoked, values: {{ name: alice }} }}" : "")}}
            operations: { protected: [ "GET /profiles/{{(all ? "{name}" : "alice")}}" ] }
            """,
            TestContext.Current.CancellationToken);
        try
        {
            int code = await new Sallyport.Cli.Tool(surroundings).RunAsync(["scan", "--config", configuration, "--format", "json", .. more], TestContext.Current.CancellationToken);
            code.ShouldBe(1, error.ToString());
            error.ToString().ShouldNotContain("internal error");
            JsonElement report = JsonDocument.Parse(output.ToString()).RootElement;
            report.GetProperty("clientAuthentication").GetString().ShouldBe("required", report.ToString());
            report.GetProperty("enforcedAt").GetString().ShouldBe("http", report.ToString());
            report.GetProperty("partial").GetBoolean().ShouldBeFalse(report.ToString());
            return report;
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(configuration) ?? "", recursive: true);
        }
    }

    private static IEnumerable<string> Rows(JsonElement report) => report.GetProperty("findings").EnumerateArray()
        .Select(static one => $"{one.GetProperty("id").GetString()}{(one.TryGetProperty("variant", out JsonElement variant) ? "/" + variant.GetString() : "")} {one.GetProperty("severity").GetString()}")
        .Order(StringComparer.Ordinal);
}
