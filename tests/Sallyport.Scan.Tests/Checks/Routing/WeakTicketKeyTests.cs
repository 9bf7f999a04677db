using System.Threading.Tasks;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class WeakTicketKeyTests(CheckLab lab)
{
    [Fact]
    public async Task A_key_of_zeros_in_the_layout_of_OpenSSL_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { TicketKey = TicketKeyKind.AllZeroOpenSslLayout });
        ScanReport report = await RoutingLab.ScanAsync(lab, new WeakTicketKey(), server);
        Finding finding = report.Single("MTLS-205");
        finding.Variant.ShouldBe("known-key");
        finding.Confidence.ShouldBe(Confidence.Confirmed);
        finding.Severity.ShouldBe(Severity.Critical);
    }

    [Fact]
    public async Task A_key_of_zeros_in_the_layout_of_RFC_5077_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { TicketKey = TicketKeyKind.AllZero });
        ScanReport report = await RoutingLab.ScanAsync(lab, new WeakTicketKey(), server);
        report.Single("MTLS-205").Variant.ShouldBe("known-key");
    }

    [Fact]
    public async Task A_key_stream_that_repeats_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { TicketKey = TicketKeyKind.ConstantKeystream });
        ScanReport report = await RoutingLab.ScanAsync(lab, new WeakTicketKey(), server);
        report.Single("MTLS-205").Variant.ShouldBe("keystream");
    }

    [Fact]
    public async Task A_random_key_with_a_repeated_name_passes()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new WeakTicketKey(), server);
        report.ShouldBe("passed");
        report.Connections.ShouldBeLessThan(20);
    }

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new WeakTicketKey());
}
