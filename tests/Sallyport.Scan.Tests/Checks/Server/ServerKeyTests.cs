using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Server;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Server;

public sealed class ServerKeyTests(CheckLab lab)
{
    [Fact]
    public async Task A_key_of_its_own_passes_on_kestrel_and_nginx()
    {
        ScanReport kestrel = await CheckLab.RunAsync(new ServerKey(), lab.Request((await lab.KestrelAsync()).Require));
        kestrel.Checks.Single().Outcome.ShouldBe("passed", kestrel.Checks.Single().Reason);
        ScanReport nginx = await CheckLab.RunAsync(new ServerKey(), lab.Request((await lab.NginxAsync()).Required));
        nginx.Checks.Single().Outcome.ShouldBe("passed", nginx.Checks.Single().Reason);
    }

    [Fact]
    public async Task A_client_identity_with_the_servers_key_is_a_finding()
    {
        LabEndpoint site = (await lab.KestrelAsync()).Require;
        ScanRequest request = lab.Request(site);
        request = request with { Identities = request.Identities.Add(CheckLab.Identity(lab.Pki.Server)) };
        ScanReport report = await CheckLab.RunAsync(new ServerKey(), request);
        report.Findings.ShouldHaveSingleItem().Variant.ShouldBe("client-key");
    }

    [Fact]
    public async Task The_servers_own_certificate_given_without_an_account_is_there_to_be_tried_and_no_finding()
    {
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Require);
        request = request with { Identities = request.Identities.Add(CheckLab.Identity(lab.Pki.Server) with { State = IdentityState.Unmapped }) };
        ScanReport report = await CheckLab.RunAsync(new ServerKey(), request);
        report.Checks.Single().Outcome.ShouldBe("passed", report.Checks.Single().Reason);
    }

    [Fact]
    public async Task Without_a_server_it_is_undecided()
    {
        await using HostileServer closed = HostileServer.Start(HostileBehaviour.CloseAtOnce);
        (await CheckLab.RunAsync(new ServerKey(), lab.Request(closed.Endpoint))).Checks.Single().Outcome.ShouldBe("notTested");
    }
}
