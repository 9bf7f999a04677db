using System;
using System.Linq;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Application;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Application;

public sealed class FetchedCertificateUrlTests(CheckLab lab)
{
    [Fact]
    public void A_distant_target_is_given_more_time_than_one_on_this_machine() =>
        FetchedCertificateUrl.PatienceFor(isLoopback: false).ShouldBeGreaterThan(FetchedCertificateUrl.PatienceFor(isLoopback: true) * 3);

    [Fact]
    public async Task A_server_that_completes_chains_by_download_is_a_finding()
    {
        // Kestrel as it comes: RequireCertificate with the platform's own chain building, and one CA made trusted by a callback.
        await using HandlerServer server = await HandlerServer.StartAsync(
            lab.Pki.Material.ServerIdentity,
            context =>
            {
                string? caller = context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
                context.Response.StatusCode = caller is not null && context.Request.Path == $"/profiles/{caller}" ? 200 : 403;
                return context.Response.WriteAsync(context.Response.StatusCode == 200 ? LabApi.Profile(caller ?? string.Empty) : "no", context.RequestAborted);
            },
            https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (certificate, _, _) => certificate.Issuer == lab.Pki.Alice.Certificate.Issuer;
            });
        ScanReport report = await CheckLab.RunAsync(new FetchedCertificateUrl(), lab.Request(server.Endpoint));
        report.Findings.ShouldNotBeEmpty(report.Checks.Single().Reason);
        report.Findings.ShouldAllBe(finding => finding.Id == "MTLS-307" && finding.Confidence == Confidence.Confirmed && finding.Severity == Severity.High);
    }

    [Fact]
    public async Task Servers_that_fetch_nothing_pass()
    {
        foreach (LabEndpoint site in new[] { (await lab.KestrelAsync()).Require, (await lab.NginxAsync()).Required })
        {
            ScanReport report = await CheckLab.RunAsync(new FetchedCertificateUrl(), lab.Request(site));
            report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
        }
    }

    [Fact]
    public async Task A_server_that_asks_nobody_is_not_concerned() =>
        (await CheckLab.RunAsync(new FetchedCertificateUrl(), lab.Request((await lab.KestrelAsync()).Off))).Checks.Single().Outcome.ShouldBe("notApplicable");

    [Fact]
    public async Task A_broken_server_leaves_it_undecided()
    {
        await using HostileServer silent = HostileServer.Start(HostileBehaviour.Silence);
        ScanRequest request = lab.Request(silent.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(200) } };
        (await CheckLab.RunAsync(new FetchedCertificateUrl(), request)).Checks.Single().Outcome.ShouldBe("notTested");
    }
}
