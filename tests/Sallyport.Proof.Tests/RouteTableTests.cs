using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using OrdersApi.App;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Proof.Tests;

/// <summary>The table of routes that the guard writes is a description for the scanner: the guarded API keeps it, and one that serves everybody does not.</summary>
public sealed class RouteTableTests
{
    private static readonly string[] _rules = ["SPEC-001", "SPEC-003", "SPEC-005", "SPEC-006"];

    [Fact]
    public async Task The_guarded_api_does_what_its_table_says_and_the_naked_one_does_not()
    {
        string folder = Directory.CreateTempSubdirectory("sallyport-routes-").FullName;
        try
        {
            string table = Path.Combine(folder, "table.json");
            ScanReport guarded = await ScanAsync([], folder, app => File.Copy(app.RouteTable.ShouldNotBeNull(), table));

            // Operations that no value resolves, or that nobody of the configuration may call, stay undecided.
            Told(guarded, "SPEC-001").Passed.ShouldBeGreaterThan(10, Told(guarded, "SPEC-001").ToString());
            Told(guarded, "SPEC-003").Passed.ShouldBeGreaterThan(0, Told(guarded, "SPEC-003").ToString());
            guarded.Findings.Select(static finding => $"{finding.Id} {finding.Operation}: {finding.Observed}").ShouldBeEmpty();

            ScanReport naked = await ScanAsync([Weakness.CertificateOptional], folder, static _ => { });
            naked.Findings.Select(static finding => finding.Id).Distinct().ShouldBe(["SPEC-001"]);
            naked.Checks.Where(static check => check.Id is "SPEC-005" or "SPEC-006").ShouldAllBe(static check => check.Failed == 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CheckSummary Told(ScanReport report, string id) => report.Checks.Single(check => check.Id == id);

    private static async Task<ScanReport> ScanAsync(IReadOnlyCollection<Weakness> weaknesses, string folder, Action<OrdersApp> started)
    {
        using var pki = new OrdersPki(TimeProvider.System);
        await using OrdersApp app = OrdersApp.Build(weaknesses, pki, TimeProvider.System, guarded: weaknesses.Count == 0);
        await app.StartAsync(TestContext.Current.CancellationToken);
        started(app);
        var configuration = new OrdersConfiguration(app, pki);
        configuration.WriteTo(folder);
        File.Copy(Path.Combine(folder, "table.json"), Path.Combine(folder, "openapi.json"), overwrite: true);
        ScanRequestAnswer answer = new ScanRequestReader(configuration.Secrets.GetValueOrDefault, folder).Read(new() { ConfigurationFile = OrdersConfiguration.FileName });
        using ScanRequest request = answer.ShouldBeOfType<ScanRequestAnswer.Accepted>().Request;
        return await new Scanner(TimeProvider.System).RunAsync(request with { Only = [.. _rules] }, null, TestContext.Current.CancellationToken);
    }
}
