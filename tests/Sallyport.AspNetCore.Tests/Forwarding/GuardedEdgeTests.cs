using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Tests.Audit;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Forwarding;

/// <summary>The edge in its place: the whole guard on a real Kestrel.</summary>
public sealed class GuardedEdgeTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly EdgeTrust.Accounts _accounts = new();
    private readonly AuditLab _log = new();

    public GuardedEdgeTests()
    {
        _accounts.Name(_pki.Alice, "alice");
        _accounts.Name(_pki.Bob, "gateway");
    }

    public void Dispose()
    {
        _log.Dispose();
        _pki.Dispose();
    }

    [Fact]
    public async Task Through_a_listed_proxy_the_request_is_the_end_users()
    {
        await using GuardedHost host = await StartAsync();
        using HttpRequestMessage forwarded = Request(host, EdgeTrust.Header(_pki.Alice));
        (await SayAsync(host.Client(_pki.Bob), forwarded)).ShouldBe("alice True");
        using HttpRequestMessage own = Request(host, null);
        using HttpResponseMessage refused = await host.Client(_pki.Bob).SendAsync(own, TestContext.Current.CancellationToken);
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task D14_From_anybody_else_the_request_is_his_own()
    {
        await using GuardedHost host = await StartAsync();
        using HttpRequestMessage spoofed = Request(host, EdgeTrust.Header(_pki.Bob));
        spoofed.Headers.TryAddWithoutValidation("X-Forwarded-Client-Cert", "gateway");
        (await SayAsync(host.Client(_pki.Alice), spoofed)).ShouldBe("alice False");
    }

    [Fact]
    public async Task A_valid_certificate_is_served_from_the_address_of_a_flood_and_the_flood_is_a_few_records()
    {
        await using (GuardedHost host = await StartAsync())
        {
            for (int i = 0; i < 12; i++)
            {
                using HttpRequestMessage attempt = Request(host, null);
                await Should.ThrowAsync<HttpRequestException>(() => host.Client(_pki.Rogue).SendAsync(attempt, TestContext.Current.CancellationToken));
            }

            host.Services.GetRequiredService<FailureLockout>().DelayOf(new IPEndPoint(IPAddress.Loopback, 1)).ShouldBe(TimeSpan.FromMilliseconds(4));
            using HttpRequestMessage request = Request(host, null);
            (await SayAsync(host.Client(_pki.Alice), request)).ShouldBe("alice False");
        }

        string?[] reasons = [.. _log.Records().Select(static r => r.GetProperty("reason").GetString())];
        reasons.Count(static r => r == $"{AuditReasons.CertificateRefused}:BadSignature").ShouldBe(3);
        reasons.ShouldContain($"{AuditReasons.AuditRepeated}:{AuditReasons.CertificateRefused}:BadSignature");
        _log.Verify().ShouldBeOfType<AuditVerdict.Intact>();
    }

    private async Task<GuardedHost> StartAsync() => await GuardedHost.StartAsync(_pki, new GuardedPlan
    {
        Services = services => services.AddSingleton<IIdentityDirectory>(_accounts),
        Options = options =>
        {
            options.Forwarding.TrustProxy("gateway");
            (options.Audit.File, options.Audit.RepeatsRecorded) = (_log.Log, 3);
            (options.Lockout.AddressFailures, options.Lockout.AddressDelay, options.Lockout.MaxAddressDelay) =
                (2, TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(4));
        },
        App = static app => app.MapGet("/caller", static (HttpContext context) =>
        {
            ICallerFeature caller = context.Features.Get<ICallerFeature>() ?? throw new IOException("nobody");
            return $"{caller.Identity.Name} {caller.IsForwarded}";
        }).RequireClientCertificate(),
    });

    private static HttpRequestMessage Request(GuardedHost host, string? forwarded)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Url, "/caller"));
        if (forwarded is not null)
        {
            request.Headers.Add(ClientCertHeader.Name, forwarded);
        }

        return request;
    }

    private static async Task<string> SayAsync(HttpClient client, HttpRequestMessage request)
    {
        using HttpResponseMessage answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
