using System;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Sallyport.Forge;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Checks.Channel;

public sealed class ChannelInventoryTests(LabServers servers)
{
    [Fact]
    public async Task An_rsa_server_with_everything_on_is_found_out_and_no_more()
    {
        Installed.Need(OpensslServer.Program);
        LabIdentity identity = servers.Pki.ServerWith(static spec => spec with { Key = ForgeKey.Rsa(2048) }, "localhost");
        var folder = new ScratchFolder("channel");
        await using ServerProcess server = await ServerProcess.StartAsync(
            folder,
            () => new ProcessPlan
            {
                Program = Binaries.Require(OpensslServer.Program),
                Arguments =
                [
                    "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", identity.CertificateFile, "-cert_chain", identity.CertificateFile, "-key", identity.KeyFile,
                    "-cipher", "ALL:COMPLEMENTOFALL:@SECLEVEL=0", "-dhparam", folder.Write("dh.pem", Parameters()), "-client_renegotiation",
                ],
                ReadyText = Accepting,
            },
            TestContext.Current.CancellationToken);
        string output = server.Output[(server.Output.IndexOf(Accepting, StringComparison.Ordinal) + Accepting.Length)..];
        LabEndpoint site = new("openssl with everything", int.Parse(output[..output.IndexOf('\n', StringComparison.Ordinal)], CultureInfo.InvariantCulture));

        ScanRequest request = Request(site) with { Mode = ScanMode.Intrusive, Limits = new() { RequestsPerSecond = 10_000, Connections = 1_000 } };
        ImmutableArray<Check> checks = [new OldVersions(), new WeakSuites(), new DiffieHellman(), new KeyExchangeGroups(), new ServerSignatures(), new BoundSessions(), new ClientRenegotiation(), new KnownAttacks()];
        ScanReport report = await new Scanner(new ScanSessions(TimeProvider.System), checks, TimeProvider.System).RunAsync(request, null, TestContext.Current.CancellationToken);
        string seen = string.Join(Environment.NewLine, [.. report.Checks.Select(static check => check.ToString()), .. report.Findings.Select(static finding => $"{finding.Id}/{finding.Variant} {finding.Observed}")]);
        ImmutableArray<string> found = [.. report.Findings.Select(static finding => finding.Variant is null ? finding.Id : $"{finding.Id}/{finding.Variant}").Order(StringComparer.Ordinal)];
        found.ShouldBe(
            ["TLS-001/tls10", "TLS-001/tls11", "TLS-003/anon", "TLS-003/cbc-sha1", "TLS-003/ccm8", "TLS-003/null", "TLS-003/static-rsa", "TLS-004/common", "TLS-004/short", "TLS-006/sha1", "TLS-011"], seen);
        report.Checks.Single(static check => check.Id == "TLS-005").Outcome.ShouldBe("passed", seen);
        report.Checks.Single(static check => check.Id == "TLS-009").Outcome.ShouldBe("passed", seen);
        CheckSummary attacks = report.Checks.Single(static check => check.Id == "TLS-023");
        attacks.Failed.ShouldBe(0, seen);
        attacks.Passed.ShouldBeGreaterThanOrEqualTo(3, $"ccs, robot and dh-reuse; {seen}");
    }

    private const string Accepting = "ACCEPT 127.0.0.1:";

    /// <summary>Oakley group 2, 1024 bits, as DHParameter (PKCS #3).</summary>
    private static string Parameters()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(KnownPrimes.Prime(1024, pi: true, 129_093));
            writer.WriteInteger(2);
        }

        return PemEncoding.WriteString("DH PARAMETERS", writer.Encode());
    }

    private ScanRequest Request(LabEndpoint site)
    {
        TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? target, out string? hint).ShouldBeTrue(hint);
        return new()
        {
            Target = target!, // asserted
            ConnectTo = new IPEndPoint(IPAddress.Loopback, site.Port),
            ServerRoots = [[.. servers.Pki.ServerCa.Authority.Certificate.Span]],
            Limits = new() { RequestsPerSecond = 10_000, Connections = 1_000 },
        };
    }
}
