using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class TicketWithoutIdentityTests(CheckLab lab)
{
    [Fact]
    public async Task A_ticket_of_an_open_name_that_opens_the_protected_one_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.ResumeAcrossNames | ServerFlaw.AcceptUntrustedChain, ClientCertificatePolicy.NotRequested, change: Believing);
        ScanReport report = await RoutingLab.ScanAsync(lab, new TicketWithoutIdentity(), server);
        report.Findings.ShouldAllBe(f => f.Id == "MTLS-202" && f.Identity == "none");
    }

    [Fact]
    public async Task A_server_that_binds_tickets_to_names_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, ClientCertificatePolicy.Optional);
        ScanReport report = await RoutingLab.ScanAsync(lab, new TicketWithoutIdentity(), server);
        report.ShouldBe("passed");
    }
    private static ServerScript Believing(ServerScript script) => script;

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new TicketWithoutIdentity());
}
