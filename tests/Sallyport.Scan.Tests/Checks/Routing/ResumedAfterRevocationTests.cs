using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Tls;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Routing;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Tests.Checks.Routing;

public sealed class ResumedAfterRevocationTests(CheckLab lab)
{
    [Fact]
    public async Task A_ticket_that_outlives_a_week_fails()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { TicketLifetime = System.TimeSpan.FromDays(8) });
        ScanReport report = await RoutingLab.ScanAsync(lab, new ResumedAfterRevocation(), server);
        Finding finding = report.Single("MTLS-203");
        finding.Variant.ShouldBe("lifetime");
        finding.Severity.ShouldBe(Severity.Low);
    }

    [Fact]
    public async Task A_short_lifetime_leaves_the_revocation_untested_without_hooks()
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None);
        ScanReport report = await RoutingLab.ScanAsync(lab, new ResumedAfterRevocation(), server);
        report.ShouldBe("notTested");
        report.Checks.Single().Needs.ShouldContain(need => need.Contains("hooks.revoke"));
    }

    [Fact]
    public async Task A_server_that_resumes_the_session_of_the_revoked_fails()
    {
        string flag = Path.Combine(Path.GetTempPath(), $"sallyport-revoked-{Guid.NewGuid():N}"); // the restore hook removes it
        byte[] dave = Dave.Forged.Leaf.ToArray();
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with
        {
            Sites = [script.Sites[1] with { Admits = leaf => !File.Exists(flag) || !leaf.AsSpan().SequenceEqual(dave) }],
        });
        ScanReport report = await CheckLab.RunAsync(new ResumedAfterRevocation(), WithHooks(RoutingLab.Request(lab, server), flag));
        Finding finding = report.Single("MTLS-203");
        finding.Variant.ShouldBe("revoked");
        finding.Severity.ShouldBe(Severity.High);
        finding.Identity.ShouldBe("dave");
        File.Exists(flag).ShouldBeFalse("it restores what it revoked");
    }

    [Fact]
    public async Task Kestrel_that_judges_the_certificate_of_a_resumed_session_passes()
    {
        string flag = Path.Combine(Path.GetTempPath(), $"sallyport-revoked-{Guid.NewGuid():N}"); // the restore hook removes it
        byte[] dave = Dave.Forged.Leaf.ToArray();
        await using HandlerServer server = await HandlerServer.StartAsync(
            lab.Pki.Server,
            context =>
            {
                context.Response.StatusCode = context.Request.Path.StartsWithSegments("/profiles") && !context.Request.Path.Value!.Contains("sallyport") ? 200 : 404; // a request has a path
                return context.Response.WriteAsync($"profile {context.Request.Path} mark-77aa01");
            },
            https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (leaf, _, _) => !File.Exists(flag) || !leaf.RawData.AsSpan().SequenceEqual(dave);
            });
        ScanReport report = await CheckLab.RunAsync(new ResumedAfterRevocation(), WithHooks(lab.Request(server.Endpoint), flag));
        report.ShouldBe("passed");
    }

    [Fact]
    public async Task A_server_that_looks_at_its_list_a_little_later_is_judged_by_what_it_does_then()
    {
        string flag = Path.Combine(Path.GetTempPath(), $"sallyport-revoked-{Guid.NewGuid():N}"); // the restore hook removes it
        byte[] dave = Dave.Forged.Leaf.ToArray();
        int looked = 0;
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with
        {
            Sites = [script.Sites[1] with { Admits = leaf => !File.Exists(flag) || !leaf.AsSpan().SequenceEqual(dave) || System.Threading.Interlocked.Increment(ref looked) <= 2 }],
        });
        ScanReport report = await CheckLab.RunAsync(new ResumedAfterRevocation(), WithHooks(RoutingLab.Request(lab, server), flag));
        report.Single("MTLS-203").Variant.ShouldBe("revoked");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_a_session_that_was_made_shows_that_there_are_no_tickets(bool fails)
    {
        await using ScriptedTlsServer server = RoutingLab.Pair(lab, ServerFlaw.None, change: script => script with { Tickets = 0, Versions = [Sallyport.Tls.TlsVersion.Tls13] });
        await using IScanSession session = await ScanSession.OpenAsync(WithHooks(RoutingLab.Request(lab, server), Path.GetTempFileName()), TimeProvider.System, TestContext.Current.CancellationToken);
        Check check = new ResumedAfterRevocation();
        CheckContext real = session.ContextFor(check.Info);
        CheckContext context = new()
        {
            Request = real.Request,
            Survey = real.Survey,
            Oracle = real.Oracle,
            Time = real.Time,
            Channel = real.Channel,
            Hooks = real.Hooks,
            Stranger = real.Stranger,
            Transport = new Deaf(real.Transport, ask => fails && ask.Version is not null),
        };

        CheckResult result = await check.RunAsync(context, TestContext.Current.CancellationToken);

        result.Probes.Select(probe => probe.Variant).ShouldBe(["lifetime", "revoked"]);
        result.Probes.ShouldAllBe(probe => fails ? probe.Outcome is Outcome.NotTested : probe.Outcome is Outcome.NotApplicable, string.Join("; ", result.Probes));
    }

    /// <summary>Loses the answers to some asks, as a network does.</summary>
    private sealed class Deaf(IScanTransport inner, Func<Ask, bool> loses) : IScanTransport
    {
        public TransportCounts Counts => inner.Counts;

        public async Task<Exchange> ExchangeAsync(Ask ask, CancellationToken cancellationToken) => loses(ask)
            ? new() { Ask = ask, Opening = new Opening.TimedOut(), Redaction = new Redaction([], static () => []) }
            : await inner.ExchangeAsync(ask, cancellationToken);

        public void BeginRestoring() => inner.BeginRestoring();

        public LoginTrials? LoginsOf(Identity identity) => inner.LoginsOf(identity);

        public Task<PresentedCredentials> CredentialsAsync(Identity identity, CancellationToken cancellationToken) => inner.CredentialsAsync(identity, cancellationToken);

        public Task<LiveConnection> ConnectAsync(Ask ask, CancellationToken cancellationToken) => inner.ConnectAsync(ask, cancellationToken);

        public Task<HelloExchange> HelloAsync(Route route, HelloRequest hello, CancellationToken cancellationToken) => inner.HelloAsync(route, hello, cancellationToken);

        public Func<CancellationToken, ValueTask<Stream>> Connector(Route route) => inner.Connector(route);
    }

    private LabIdentity Dave => field ??= lab.Pki.Client("dave");

    private ScanRequest WithHooks(ScanRequest request, string flag) => request with
    {
        Mode = ScanMode.Intrusive,
        AllowHooks = true,
        Hooks = new() { Revoke = ["touch", flag], Restore = ["rm", "-f", flag] },
        Identities = [.. request.Identities.Take(1), CheckLab.Identity(Dave) with { State = IdentityState.Revocable }],
    };

    [Fact]
    public Task A_server_that_refuses_the_valid_identity_is_not_tested() => RoutingLab.LeavesUndecidedAsync(lab, new ResumedAfterRevocation());
}
