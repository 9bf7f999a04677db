using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;

namespace Sallyport.Bench;

/// <summary>All checks in safe mode with four identities against a generated API, as the published program at 200 requests a second: how the cost grows with operations.</summary>
internal static class ApplicationBench
{
    private static readonly int[] s_sizes = [10, 50, 200, 1_000];

    public static async Task<string> RunAsync(string sallyport, int most)
    {
        using var pki = new LabPki(TimeProvider.System);
        LabIdentity[] identities = [pki.Alice, pki.Bob, pki.Client("carol"), pki.Root];
        var text = new StringBuilder("| operations | requests | of these by each operation | saved | connections | seconds | seconds at 200/s for the requests alone | peak memory, MB | findings |\n|---|---|---|---|---|---|---|---|---|\n");
        (int Operations, int Requests)? smaller = null;
        foreach (int operations in s_sizes.Where(size => size <= most))
        {
            await using GeneratedApi api = await GeneratedApi.StartAsync(pki, operations);
            string folder = Directory.CreateTempSubdirectory("sallyport-bench-").FullName;
            try
            {
                Write(folder, pki, identities, api.Port, operations);
                ToolRun run = await ToolRun.StartAsync(sallyport, "scan", "--config", Path.Combine(folder, "sallyport.yaml"), "--format", "json", "--output", Path.Combine(folder, "report.json"), "--quiet", "--fail-on", "none");
                using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.json")));
                int Number(string name) => report.RootElement.GetProperty(name).GetInt32();
                string step = smaller is var (before, sent) ? ((Number("requests") - sent) / (double)(operations - before)).ToString("F1", CultureInfo.InvariantCulture) : "";
                smaller = (operations, Number("requests"));
                text.Append(CultureInfo.InvariantCulture, $"| {operations} | {Number("requests")} | {step} | {Number("requestsSaved")} | {Number("connections")} | {run.Wall.TotalSeconds:F1} | {Number("requests") / 200.0:F1} | {run.PeakBytes / 1048576} | {report.RootElement.GetProperty("findings").GetArrayLength()}{(report.RootElement.GetProperty("partial").GetBoolean() ? ", partial" : "")} |\n");
                Console.Error.WriteLine($"{operations} operations: exit {run.ExitCode}, {run.Wall.TotalSeconds:F1} s, {Number("requests")} requests ({api.Requests} arrived)");
                foreach (IGrouping<string?, JsonElement> finding in report.RootElement.GetProperty("findings").EnumerateArray().GroupBy(one => one.GetProperty("id").GetString()))
                {
                    Console.Error.WriteLine($"  {finding.Key} x {finding.Count()}: {finding.First().GetProperty("observed").GetString()}");
                }
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return text.ToString();
    }

    private static void Write(string folder, LabPki pki, LabIdentity[] identities, int port, int operations)
    {
        File.WriteAllText(Path.Combine(folder, "openapi.json"), GeneratedApi.Description(operations));
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"target: https://localhost:{port}\nconnectTo: 127.0.0.1:{port}\nspec: openapi.json\nserverCa: {pki.ServerCa.CertificateFile}\n");
        yaml.Append(CultureInfo.InvariantCulture, $"clientCa: {{ cert: {pki.ClientCa.CertificateFile}, key: {pki.ClientCa.KeyFile} }}\nidentities:\n");
        foreach ((int i, LabIdentity identity) in identities.Index())
        {
            string name = GeneratedApi.Names[i];
            File.WriteAllText(Path.Combine(folder, name + ".token"), GeneratedApi.Token(name));
            yaml.Append(CultureInfo.InvariantCulture, $"  {name}: {{ cert: {identity.CertificateFile}, key: {identity.KeyFile}, token: \"@{name}.token\", values: {{ id: \"{i + 11}\" }}{(name == "root" ? ", role: admin" : "")} }}\n");
        }

        yaml.Append("operations: { protected: [GET /things0/11] }\n");
        yaml.Append("limits: { requestsPerSecond: 200, requests: 60000, connections: 20000, timeout: 9m }\n");
        File.WriteAllText(Path.Combine(folder, "sallyport.yaml"), yaml.ToString());
    }
}
