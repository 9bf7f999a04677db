using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Checks.Routing;

/// <summary>Two names with a policy each: secret.test lets alice in, public.test the other one or anybody. The scan's target is secret.test.</summary>
internal static class RoutingLab
{
    public const string SecretMarker = "mark-5e1c7a90b3d2f486";

    /// <summary>A server with both names; public.test is the default unless the secret one is.</summary>
    public static ScriptedTlsServer Pair(
        CheckLab lab, ServerFlaw flaws, ClientCertificatePolicy ofPublic = ClientCertificatePolicy.Required, bool secretIsDefault = false, Func<ServerScript, ServerScript>? change = null)
    {
        ServerSite open = new() { Name = LabApi.PublicHost, Policy = ofPublic, ClientRoots = [lab.Pki.OtherClientCa], Marker = "mark-91d04be27c85fa63" };
        ServerSite secret = new() { Name = LabApi.SecretHost, Policy = ClientCertificatePolicy.Required, ClientRoots = [lab.Pki.ClientCa], Marker = SecretMarker };
        ServerScript script = new() { Sites = secretIsDefault ? [secret, open] : [open, secret], Flaws = flaws };
        return ScriptedTlsServer.Start(change?.Invoke(script) ?? script);
    }

    /// <summary>Scans secret.test with one check, as alice, with the client of public.test as second identity.</summary>
    public static Task<ScanReport> ScanAsync(CheckLab lab, Check check, ScriptedTlsServer server) => CheckLab.RunAsync(check, Request(lab, server));

    public static ScanRequest Request(CheckLab lab, ScriptedTlsServer server)
    {
        ScanRequest request = lab.Request(new LabEndpoint("scripted", server.Port, LabApi.SecretHost), lab.Pki.Alice);
        return request with
        {
            Names = [LabApi.PublicHost],
            Identities = [.. request.Identities, CheckLab.Identity(lab.Pki.Other) with { Name = "other" }],
        };
    }

    /// <summary>The finding about an identity; the only one when none is named.</summary>
    public static Finding Single(this ScanReport report, string id, string? identity = null)
    {
        report.SurveyFailure.ShouldBeNull();
        Finding finding = report.Findings.Where(f => identity is null || f.Identity == identity).ShouldHaveSingleItem(report.Checks.Single().ToString());
        finding.Id.ShouldBe(id);
        finding.Evidence.ShouldNotBeEmpty();
        return finding;
    }

    public static void ShouldBe(this ScanReport report, string outcome)
    {
        report.SurveyFailure.ShouldBeNull();
        report.Findings.ShouldBeEmpty();
        report.Checks.Single().Outcome.ShouldBe(outcome, report.Checks.Single().ToString());
    }

    /// <summary>A server that refuses the valid identity too decides nothing.</summary>
    public static async Task LeavesUndecidedAsync(CheckLab lab, Check check)
    {
        await using ScriptedTlsServer server = Pair(lab, ServerFlaw.None);
        ScanRequest request = Request(lab, server);
        ScanReport report = await CheckLab.RunAsync(check, request with { Identities = [.. request.Identities.Reverse()] });
        report.ShouldBe("notTested");
    }
}
