using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Jose;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Shop;

namespace Sallyport.Scan.Tests.Checks.Tokens;

/// <summary>HAProxy before a server that reads tokens and verifies nothing: what a finding prints for HAProxy closes it.</summary>
public sealed class ProxiedTokenTests(TokenLab lab) : IClassFixture<TokenLab>
{
    private static readonly ImmutableArray<string> s_mended = ["BIND-001", "BIND-002", "BIND-006", "JWT-002", "JWT-008", "JWT-009", "JWT-010", "JWT-011", "JWT-012"];

    // HAProxy knows neither crit nor doubled names, and a scope is the operation's.
    private static readonly ImmutableArray<string> s_left = ["JWT-016", "JWT-018"];

    [Fact]
    public async Task What_is_printed_for_HAProxy_verifies_tokens_before_a_server_that_only_reads_them()
    {
        ScanReport before = await ScanAsync(static remedy => remedy.Flaw);
        Ids(before, "failed").ShouldBe(s_mended.Concat(["JWT-014", .. s_left]), TokenLab.Said(before));

        ScanReport after = await ScanAsync(static remedy => remedy.Fix);
        Ids(after, "failed").ShouldBe(s_left.AsEnumerable(), TokenLab.Said(after));
        Ids(after, "passed").ShouldBe(s_mended.Concat(["BIND-005", "JWT-001", "JWT-005", "JWT-006", "JWT-007", "JWT-015", "JWT-017"]).Order(StringComparer.Ordinal), TokenLab.Said(after));

        // The operation is read with GET: whether a token in a body would do, nothing has asked.
        after.Checks.Single(static one => one.Id == "JWT-014").Outcome.ShouldBe("notTested", TokenLab.Said(after));
    }

    private static IEnumerable<string> Ids(ScanReport report, string outcome) => report.Checks.Where(one => one.Outcome == outcome).Select(static one => one.Id).Order(StringComparer.Ordinal);

    private async Task<ScanReport> ScanAsync(Func<Remedy, string?> part)
    {
        if (Binaries.WhyMissing(HaproxyServer.Program) is { } missing)
        {
            Assert.Skip(missing);
        }

        Check[] checks = [.. NodeTokenTests.Tokens(), .. NodeTokenTests.Bindings()];
        ImmutableArray<string> printed = [.. checks.SelectMany(static check => check.Info.Remedies).Where(static one => one.Stack == ServerStack.Haproxy).Select(part).OfType<string>().Distinct()];
        await using HandlerServer backend = await HandlerServer.StartAsync(lab.Lab.Pki.Server, AnswerAsync);
        using var folder = new ScratchFolder("issuer");
        ImmutableDictionary<string, string> own = ImmutableDictionary<string, string>.Empty
            .Add("/etc/haproxy/issuer-public.pem", folder.Write("issuer.pem", lab.PublicPem))
            .Add("https://issuer.example.com", TokenLab.Issuer)
            .Add("https://api.example.com", TokenLab.Audience);
        await using ProxySite proxy = await ProxySite.StartAsync(ServerStack.Haproxy, lab.Lab.Pki.Material, backend.Endpoint.Port, printed, own, TestContext.Current.CancellationToken);
        ScanRequest request = await NodeTokenTests.ScopedAsync(lab, "strict");
        ScanRequest there = lab.Lab.Request(proxy.Endpoint);
        return await TokenLab.RunAsync(request with { Target = there.Target, ConnectTo = there.ConnectTo, Issuer = lab.Key }, checks);
    }

    // The account is what the token says, from wherever it comes; without one, what the proxy says of the certificate is enough.
    private static Task AnswerAsync(HttpContext context)
    {
        string? text = context.Request.Headers.Authorization.ToString() is { Length: > 7 } bearer ? bearer[7..] : context.Request.Query["access_token"].ToString() is { Length: > 0 } query ? query : context.Request.Cookies["access_token"];
        string[] parts = text?.Split('.') ?? [];
        string? who = parts.Length == 3 && JsonWebToken.TryParse(text, out JsonWebToken? token, out _) ? token.Claims.Text("sub") : null;
        string name = context.Request.Path.Value?.Split('/')[^1] ?? "";
        context.Response.StatusCode = who is null ? 401 : who == name ? 200 : 403;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(who == name ? $"{{\"name\":\"{name}\",\"note\":\"note-of-{name}-4711\"}}" : "{\"error\":\"no\"}");
    }
}
