using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Binding;
using Sallyport.Scan.Checks.Tokens;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;

namespace Sallyport.Interop.Tests.Checks.Tokens;

/// <summary>Tokens of a real OpenID provider that binds them to certificates: got by the configured login, told apart by the rows of tokens and bindings.</summary>
public sealed class OidcProviderTests : IDisposable
{
    private readonly LabPki _pki = new(TimeProvider.System);

    [Fact]
    public async Task Its_tokens_are_bound_and_a_strict_api_beside_it_passes()
    {
        await using OidcProviderServer server = await StartAsync();
        ScanReport report = await RunAsync(Request(server, "bound"));
        report.Findings.ShouldBeEmpty(Said(report, server));
        foreach (string id in new[] { "JWT-001", "JWT-002", "JWT-003", "JWT-005", "JWT-006", "JWT-007", "JWT-017", "BIND-001", "BIND-002", "BIND-003", "BIND-005", "BIND-010" })
        {
            report.Checks.Single(check => check.Id == id).Outcome.ShouldBe("passed", Said(report, server));
        }

        report.Facts.ShouldContain(fact => fact.Id == "JWT-015" && fact.Value.Contains("bound to a certificate"), Said(report, server));
    }

    [Fact]
    public async Task An_api_that_does_not_compare_cnf_is_found()
    {
        await using OidcProviderServer server = await StartAsync();
        ScanReport report = await RunAsync(Request(server, "unbound"));
        Finding finding = report.Findings.ShouldHaveSingleItem(Said(report, server));
        (finding.Id, finding.Severity).ShouldBe(("BIND-001", Severity.Critical));
    }

    public void Dispose() => _pki.Dispose();

    private static async Task<ScanReport> RunAsync(ScanRequest request)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        Check[] checks =
        [
            new UnsignedToken(), new UnverifiedSignature(), new PublicKeyAsSecret(), new GuessedSecret(), new ChosenKey(), new EmbeddedKey(), new ReferencedKey(), new TokenContent(), new PsychicSignature(),
            new ForeignCertificate(), new TokenWithoutCertificate(), new CertificateWithoutToken(), new OrderOfProofs(), new TokenForAnotherClient(),
        ];
        return await new Scanner(new ScanSessions(TimeProvider.System), [.. checks], TimeProvider.System).RunAsync(request, null, limit.Token);
    }

    private static string Said(ScanReport report, OidcProviderServer server) =>
        string.Join("\n", report.Checks.Select(check => $"{check.Id} {check.Outcome}: {check.Reason}").Append(report.SurveyFailure).Append(server.Output));

    private async Task<OidcProviderServer> StartAsync()
    {
        if (NodeModules.WhyMissing(OidcProviderServer.Module) is { } missing)
        {
            Assert.Skip(missing);
        }

        Dictionary<string, string> notes = new[] { "alice", "bob" }.ToDictionary(name => name, name => $"note-of-{name}-{Guid.NewGuid():N}");
        return await OidcProviderServer.StartAsync(_pki.Material, notes, TestContext.Current.CancellationToken);
    }

    private ScanRequest Request(OidcProviderServer server, string site)
    {
        TargetUrl.TryParse(server.Endpoint.Url.ToString(), out TargetUrl? target, out string? hint).ShouldBeTrue(hint);
        Identity Of(LabIdentity lab) => new()
        {
            Name = lab.Name,
            Chain = [.. lab.Forged.Chain.Select(der => ImmutableArray.Create(der.Span))],
            Key = lab.Forged.Key.Algorithm,
            Values = ImmutableDictionary<string, string>.Empty.Add("name", lab.Name),
            Disposable = lab.Name == "alice",
            Login = new()
            {
                Path = "/token",
                Form = ImmutableDictionary<string, Secret>.Empty.Add("grant_type", new("client_credentials")).Add("client_id", new(lab.Name)).Add("scope", new("read")),
                TokenMember = "access_token",
            },
        };
        return new()
        {
            Target = target!, // asserted
            ConnectTo = new IPEndPoint(IPAddress.Loopback, server.Endpoint.Port),
            ServerRoots = [[.. _pki.ServerCa.Authority.Certificate.Span]],
            Identities = [Of(_pki.Alice), Of(_pki.Bob)],
            Mode = ScanMode.Active,
            HasDescription = true,
            Limits = new() { RequestsPerSecond = 10_000, Connections = 2_000, Timeout = TimeSpan.FromMinutes(2) },
            Operations =
            [
                new()
                {
                    Method = "GET",
                    PathTemplate = $"/{site}/profiles/{{name}}",
                    HasSecurity = true,
                    DemandsMutualTls = true,
                    Parameters = [new("name", "path", true, [])],
                    Security = [new([new("certificate", SecuritySchemeKind.MutualTls, null, null, []), new("token", SecuritySchemeKind.OAuth2, null, null, ["read"])])],
                },
            ],
        };
    }
}
