using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Checks.Routing;

/// <summary>A scan of one of two names on one port, with a client of each: GET /shared answers with the name's own document.</summary>
internal static class TwoNames
{
    /// <summary>Runs one check on a name as one that it lets in, with one that it refuses as second identity.</summary>
    public static async Task<ScanReport> ScanAsync(Check check, LabPki pki, LabEndpoint site)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ScanReport report = await new Scanner(new ScanSessions(TimeProvider.System), [check], TimeProvider.System).RunAsync(Request(pki, site), null, limit.Token);
        report.SurveyFailure.ShouldBeNull();
        return report;
    }

    private static ScanRequest Request(LabPki pki, LabEndpoint site)
    {
        TargetUrl target = TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? parsed, out string? hint) ? parsed : throw new InvalidOperationException(hint);
        bool secret = site.Name == LabApi.SecretHost;
        return new()
        {
            Target = target,
            ConnectTo = new IPEndPoint(IPAddress.Loopback, site.Port),
            ServerRoots = [[.. pki.ServerCa.Authority.Certificate.Span]],
            Identities = [Identity(secret ? pki.Alice : pki.Other, "one"), Identity(secret ? pki.Other : pki.Alice, "two")],
            Operations = [new() { Method = "GET", PathTemplate = "/shared", HasSecurity = true, DemandsMutualTls = true }],
            HasDescription = true,
            Names = [secret ? LabApi.PublicHost : LabApi.SecretHost],
            Limits = new() { RequestsPerSecond = 10_000 },
        };
    }

    private static Identity Identity(LabIdentity lab, string name) => new()
    {
        Name = name,
        Chain = [.. lab.Forged.Chain.Select(der => ImmutableArray.Create(der.Span))],
        Key = lab.Forged.Key.Algorithm,
    };
}
