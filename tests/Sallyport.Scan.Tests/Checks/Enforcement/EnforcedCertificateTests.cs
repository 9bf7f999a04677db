using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Scan.Tests.Checks.Enforcement;

public sealed class EnforcedCertificateTests(CheckLab lab)
{
    [Fact]
    public async Task Kestrel_that_allows_a_certificate_fails()
    {
        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), lab.Request((await lab.KestrelAsync()).Allow));

        report.SurveyFailure.ShouldBeNull();
        Finding finding = report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Id.ShouldBe("MTLS-002");
        finding.Severity.ShouldBe(Severity.Critical);
        finding.Confidence.ShouldBe(Confidence.Firm);
        finding.Identity.ShouldBe("none");
        finding.Evidence.ShouldNotBeEmpty();
        finding.Replay.ShouldStartWith("curl ");
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Optional);
    }

    [Fact]
    public async Task Kestrel_that_requires_one_passes_although_it_refuses_by_a_silent_close()
    {
        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), lab.Request((await lab.KestrelAsync()).Require));

        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Required);
        report.EnforcedAt.ShouldBe(EnforcementPoint.Close);
    }

    [Fact]
    public async Task Kestrel_that_never_asks_fails_where_mutual_TLS_is_declared()
    {
        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), lab.Request((await lab.KestrelAsync()).Off));

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Severity.ShouldBe(Severity.Critical);
        report.ClientAuthentication.ShouldBe(ClientAuthentication.NotRequested);
    }

    [Fact]
    public async Task Nginx_with_ssl_verify_client_on_passes_although_it_finishes_the_handshake()
    {
        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), lab.Request((await lab.NginxAsync()).Required));

        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().ToString());
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Required);
        report.EnforcedAt.ShouldBe(EnforcementPoint.Http);
    }

    [Fact]
    public async Task Nginx_with_ssl_verify_client_optional_fails()
    {
        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), lab.Request((await lab.NginxAsync()).Optional));

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Id.ShouldBe("MTLS-002");
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Optional);
    }

    [Fact]
    public async Task A_server_that_refuses_the_valid_identity_too_leaves_it_undecided()
    {
        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), lab.Request((await lab.KestrelAsync()).Require, lab.Pki.Other));

        report.Checks.Single().Outcome.ShouldBe("notTested");
        report.ClientAuthentication.ShouldBe(ClientAuthentication.Unknown);
    }

    [Fact]
    public async Task Without_a_declaration_an_open_operation_is_only_a_suspicion()
    {
        Operation undeclared = CheckLab.Profiles with { HasSecurity = false, DemandsMutualTls = false };
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Allow) with { Operations = [undeclared], HasDescription = false };

        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), request);

        report.Findings.ShouldHaveSingleItem(report.Checks.Single().ToString()).Confidence.ShouldBe(Confidence.Suspect);
    }

    [Fact]
    public async Task A_version_whose_question_was_not_seen_leaves_it_undecided()
    {
        ScanRequest request = lab.Request(new LabEndpoint("none", 1)) with { Operations = [] };
        using ScanTransport transport = new(request, TimeProvider.System);
        Exchange Seen(Opening opening) => new() { Ask = new() { Title = "nobody", Route = Route.To(request.Target), Actor = Actor.Nobody }, Opening = opening, Redaction = transport.Redaction };
        CheckContext context = new()
        {
            Request = request,
            Survey = new()
            {
                Address = new(System.Net.IPAddress.Loopback, 1),
                Tls12 = true,
                Handshakes =
                [
                    new() { Version = TlsVersion.Tls13, Nobody = Seen(new Opening.TimedOut()) },
                    new() { Version = TlsVersion.Tls12, Nobody = Seen(new Opening.Secured(new() { Version = TlsVersion.Tls12, Suite = default })) },
                ],
            },
            Transport = transport,
            Oracle = new ControlOracle(transport, static () => "unused"),
            Time = TimeProvider.System,
            Channel = new(transport, Route.To(request.Target), 1, TimeSpan.FromSeconds(2), TimeProvider.System),
            Stranger = new() { Chain = [] },
        };

        CheckResult result = await new EnforcedCertificate().RunAsync(context, TestContext.Current.CancellationToken);

        result.Probes.Single().Outcome.ShouldBeOfType<Outcome.NotTested>();
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_a_survey_failure()
    {
        await using HostileServer silent = HostileServer.Start(HostileBehaviour.Silence);
        ScanRequest request = lab.Request(silent.Endpoint) with { Limits = new() { ProbeTimeout = System.TimeSpan.FromMilliseconds(300) } };

        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), request);

        report.SurveyFailure.ShouldNotBeNull().ShouldContain("says nothing");
        report.Checks.Single().Outcome.ShouldBe("notTested");
    }
}
