using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks.Shop;
using Sallyport.Scan.Tests.Checks.Specification;

namespace Sallyport.Scan.Tests.Checks.Proxy;

/// <summary>nginx and HAProxy before a backend with more paths than it should have: what a finding prints for them closes those paths.</summary>
public sealed class ProxiedPathsTests(CheckLab lab)
{
    private static readonly ImmutableArray<string> s_ids = ["AUTHZ-006", "DATA-003", "INV-001", "INV-002", "IV-007"];

    [Theory]
    [InlineData(ServerStack.Nginx)]
    [InlineData(ServerStack.Haproxy)]
    public async Task What_is_printed_for_a_proxy_closes_paths(ServerStack stack)
    {
        ScanReport before = await ScanAsync(stack, static remedy => remedy.Flaw);
        before.Checks.Where(static one => one.Outcome == "failed").Select(static one => one.Id).Order(StringComparer.Ordinal).ShouldBe(s_ids.AsEnumerable(), ShopScan.SaidOfAll(before));
        before.Facts.Any(static one => one.Id == "INV-003").ShouldBe(stack == ServerStack.Nginx, ShopScan.SaidOfAll(before));

        ScanReport after = await ScanAsync(stack, static remedy => remedy.Fix);
        after.Findings.ShouldBeEmpty(ShopScan.SaidOfAll(after));
        after.Checks.ShouldAllBe(static one => one.Outcome == "passed", ShopScan.SaidOfAll(after));
        after.Facts.ShouldNotContain(static one => one.Id == "INV-003", ShopScan.SaidOfAll(after));
    }

    private async Task<ScanReport> ScanAsync(ServerStack stack, Func<Remedy, string?> part)
    {
        if (Binaries.WhyMissing(stack == ServerStack.Nginx ? NginxServer.Program : HaproxyServer.Program) is { } missing)
        {
            Assert.Skip(missing);
        }

        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        ImmutableArray<string> ids = [.. s_ids, "INV-003"];
        ImmutableArray<string> printed = [.. ids.SelectMany(id => CheckCatalog.Find(id)?.Remedies ?? []).Where(one => one.Stack == stack).Select(part).OfType<string>().Distinct()];
        using var folder = new ScratchFolder("roots");
        // What the proxies call a fingerprint: SHA-1, in lower case and in upper.
        string root = Convert.ToHexString(CryptographicOperations.HashData(HashAlgorithmName.SHA1, lab.Pki.Root.Certificate.RawData));
        Dictionary<string, string> own = new()
        {
            ["/etc/nginx/admin-fingerprints.map"] = folder.Write("admins.map", $"{root.ToLowerInvariant()} 1;\n"),
            ["/etc/haproxy/admin-fingerprints.lst"] = folder.Write("admins.lst", $"{root}\n"),
            ["/admin/"] = "/v2/admin/",
            ["path_beg -i /admin"] = "path_beg -i /v2/admin",
            ["/v2/orders/"] = "/v2/profiles/",
        };
        await using HandlerServer backend = await HandlerServer.StartAsync(lab.Pki.Server, AnswerAsync);
        await using ProxySite proxy = await ProxySite.StartAsync(stack, lab.Pki.Material, backend.Endpoint.Port, printed, own, cancellationToken);
        ScanRequest request = lab.Request(proxy.Endpoint, lab.Pki.Alice, lab.Pki.Bob, lab.Pki.Root);
        request = request with { Identities = [.. request.Identities.Select(one => one.Name == "root" ? one with { Role = "admin" } : one)] };
        string described = DescribedLab.True.Replace("/profiles/", "/v2/profiles/", StringComparison.Ordinal).Replace("/admin/", "/v2/admin/", StringComparison.Ordinal);
        return await ShopScan.RunAsync(request.Described(described) with { Mode = ScanMode.Active }, ids);
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        string who = context.Request.Headers["X-Client-CN"].ToString();
        string path = context.Request.Path.Value ?? "/";
        string last = path.Split('/')[^1];
        if (context.Request.QueryString.Value?.Contains("sort[]", StringComparison.Ordinal) == true)
        {
            context.Response.StatusCode = 500;
            await ApiServer.JsonAsync(context, "{\"error\":\"System.FormatException: bad\\n   at Orders.Api.Profiles.Sort(String by) in /srv/orders/Profiles.cs:line 12\"}");
            return;
        }

        await (path switch
        {
            "/v2/admin/accounts" => ApiServer.JsonAsync(context, "{\"accounts\":[\"alice\",\"bob\"],\"note\":\"list-7f3a9c21\"}"),
            "/v2/export" => ApiServer.JsonAsync(context, "{\"rows\":[1,2,3]}"),
            "/debug/vars" => ApiServer.JsonAsync(context, "{\"cmdline\":[],\"memstats\":{\"Alloc\":1}}"),
            _ when path.StartsWith("/v2/profiles/", StringComparison.Ordinal) && last is "alice" or "bob" => last == who ? ApiServer.ProfileAsync(context, last) : ApiServer.RefuseAsync(context, 403),
            _ when path.StartsWith("/v1/profiles/", StringComparison.Ordinal) && last is "alice" or "bob" => ApiServer.ProfileAsync(context, last),
            _ => ApiServer.RefuseAsync(context, 404),
        });
    }
}
