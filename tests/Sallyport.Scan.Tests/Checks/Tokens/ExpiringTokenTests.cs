using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Tokens;

/// <summary>A server whose tokens live for a second or two: the scanner logs in again, and takes no refusal of an old token for an answer.</summary>
public sealed class ExpiringTokenTests(CheckLab lab)
{
    private readonly ConcurrentDictionary<string, (string Name, DateTimeOffset End)> _tokens = new(StringComparer.Ordinal);
    private int _logins;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_scan_that_outlives_many_tokens_finds_nothing_and_decides_as_much(bool told)
    {
        await using HandlerServer server = await HandlerServer.StartAsync(lab.Pki.Server, context => AnswerAsync(context, told));
        ScanRequest request = lab.Request(server.Endpoint, lab.Pki.Alice, lab.Pki.Bob);
        request = request with
        {
            Identities = [.. request.Identities.Select(one => one with { Login = new() { Path = "/token", Json = new Secret($$"""{"login":"{{one.Name}}"}"""), TokenMember = "access_token" } })],
            Only = ["AUTH-001", "AUTHZ-001", "DATA-001", "DATA-003", "INV-001", "IV-007"],

            // Slow enough that the scan takes longer than several tokens live.
            Limits = new() { RequestsPerSecond = 30 },
        };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));

        ScanReport report = await new Scanner(TimeProvider.System).RunAsync(request, null, limit.Token);

        string said = string.Join('\n', [.. report.Checks.Select(static one => one.ToString()), .. report.Findings.Select(static one => $"{one.Id}: {one.Observed}"), $"{_logins} logins, {report.Duration}"]);
        report.BaselineSucceeded.ShouldBeTrue(said);
        report.Findings.ShouldBeEmpty(said);
        _logins.ShouldBeGreaterThan(2, said);
        report.Checks.ShouldAllBe(static one => one.Outcome == "passed", said);
    }

    private async Task AnswerAsync(HttpContext context, bool told)
    {
        if (context.Request.Path == "/token")
        {
            JsonElement asked = await context.Request.ReadFromJsonAsync<JsonElement>();
            string name = asked.GetProperty("login").GetString() ?? "";
            string made = Guid.NewGuid().ToString("N");
            _tokens[made] = (name, TimeProvider.System.GetUtcNow().AddSeconds(1.2));
            Interlocked.Increment(ref _logins);
            await ApiServer.JsonAsync(context, told ? $"{{\"access_token\":\"{made}\",\"expires_in\":1}}" : $"{{\"access_token\":\"{made}\"}}");
            return;
        }

        string header = context.Request.Headers.Authorization.ToString();
        bool good = header.StartsWith("Bearer ", StringComparison.Ordinal) && _tokens.TryGetValue(header[7..], out (string Name, DateTimeOffset End) token) && token.End > TimeProvider.System.GetUtcNow() && token.Name == ApiServer.Caller(context);
        string path = context.Request.Path.Value ?? "/";
        await (!good ? ApiServer.RefuseAsync(context, 401)
            : path == $"/profiles/{ApiServer.Caller(context)}" ? ApiServer.ProfileAsync(context, path[10..])
            : ApiServer.RefuseAsync(context, path.StartsWith("/profiles/", StringComparison.Ordinal) ? 403 : 404));
    }
}
