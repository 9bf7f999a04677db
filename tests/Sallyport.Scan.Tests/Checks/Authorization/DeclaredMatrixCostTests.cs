using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Authorization;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Authorization;

/// <summary>What the matrix costs. Alone: connections that idle for want of a processor are closed, and opened again.</summary>
[Collection(Alone.Name)]
public sealed class DeclaredMatrixCostTests(CheckLab lab)
{
    [Fact]
    public async Task Fifty_operations_and_four_identities_cost_seven_hundred_requests_at_most()
    {
        (int small, _) = await CostAsync(10);
        (int requests, int connections) = await CostAsync(50);

        requests.ShouldBeLessThanOrEqualTo(700);
        // A survey of its own has to be paid for each time; the matrix grows with the operations.
        requests.ShouldBeLessThan(small * 5);
        connections.ShouldBeLessThan(120);
    }

    private async Task<(int Requests, int Connections)> CostAsync(int operations)
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, static context =>
        {
            string token = context.Request.Headers.Authorization.ToString();
            bool there = context.Request.Path.Value?.StartsWith("/things", StringComparison.Ordinal) == true && !context.Request.Path.Value.Contains("sallyport", StringComparison.Ordinal);
            bool known = token.StartsWith("Bearer token-of-", StringComparison.Ordinal) && context.Connection.ClientCertificate is not null;
            context.Response.StatusCode = !there ? 404 : known ? 200 : 401;
            return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, known && there ? $"{{\"at\":\"{context.Request.Path}\",\"of\":\"{token}-7\"}}" : "{}", context.RequestAborted);
        });
        ScanRequest request = lab.Request(server.Endpoint, lab.Pki.Alice, lab.Pki.Bob, lab.Pki.Root, lab.Pki.Client("carol"));
        request = request with
        {
            Operations = [.. Enumerable.Range(0, operations).Select(static i => Shop.Get(i % 2 == 0 ? $"/things{i}" : $"/things{i}/{{name}}"))],
            Identities = [.. request.Identities.Select(static one => one with { Token = new Secret($"token-of-{one.Name}") })],
            // What is counted is counted on a busy machine too: one answer that comes late would end the whole survey.
            Limits = request.Limits with { ProbeTimeout = TimeSpan.FromSeconds(20) },
        };
        ScanReport report = await CheckLab.RunAsync(new DeclaredMatrix(), request);
        // Certificate and token, certificate, token for each identity, and nobody once.
        report.Matrix.Count(static cell => cell.Credentials is not null).ShouldBe(operations * 13, $"{report.SurveyFailure} {report.Checks.Single()}");
        TestContext.Current.SendDiagnosticMessage($"{operations} operations: {report.Requests} requests, {report.Connections} connections");
        return (report.Requests, report.Connections);
    }
}
