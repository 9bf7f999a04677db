using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Transport;

public sealed class TransportGateTests : IAsyncLifetime, IDisposable
{
    private const string Get = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly CollectedTrail _trail = new();
    private GuardedHost? _host;

    private GuardedHost Host => _host ?? throw new InvalidOperationException("Not started.");

    public async ValueTask InitializeAsync() =>
        _host = await GuardedHost.StartAsync(_pki, new GuardedPlan { Services = services => services.AddSingleton<IAuditTrail>(_trail) });

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        Dispose();
    }

    public void Dispose() => _pki.Dispose();

    [Fact]
    public async Task X1_d1_A_client_certificate_makes_the_server_fetch_nothing()
    {
        await using var canary = new Canary();
        var urls = new[] { canary.Url };
        foreach (var authority in new[] { _pki.RogueCa, _pki.ClientCa, _pki.OtherClientCa })
        {
            var client = _pki.Client("alice", spec => spec with { CaIssuersUrls = [.. urls], CrlUrls = [.. urls], OcspUrls = [.. urls] }, authority);
            (await IsServedAsync(client)).ShouldBe(authority == _pki.ClientCa);
        }

        canary.Visits.ShouldBe(0);
    }

    [Fact]
    public async Task X2_Nothing_is_fetched_when_nobody_is_trusted()
    {
        await using var canary = new Canary();
        await using var closed = await GuardedHost.StartAsync(_pki, new GuardedPlan { IsTrusting = false });
        var client = _pki.Client("alice", spec => spec with { CaIssuersUrls = [canary.Url] });
        await Should.ThrowAsync<HttpRequestException>(() => closed.Client(client).GetAsync("/", TestContext.Current.CancellationToken));
        canary.Visits.ShouldBe(0);
    }

    [Fact]
    public async Task X10_d12_Sixty_strangers_with_a_slow_issuer_address_cost_nobody_else_anything()
    {
        await using var canary = new Canary();
        var stranger = _pki.Client("alice", spec => spec with { CaIssuersUrls = [canary.Url] }, _pki.RogueCa);
        var good = Host.Client(_pki.Alice);
        var strangers = Enumerable.Range(0, 60).Select(_ => IsServedAsync(stranger)).ToArray();
        for (var request = 0; request < 20; request++)
        {
            (await good.GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe("served");
        }

        (await Task.WhenAll(strangers)).ShouldAllBe(served => !served);
        canary.Visits.ShouldBe(0);
    }

    [Fact]
    public async Task X3_X22_The_verdict_is_the_guards_own_and_says_why()
    {
        (LabIdentity Identity, string Reason)[] refused =
        [
            (_pki.Rogue, "BadSignature"),
            (_pki.SelfSigned, "UnknownIssuer"),
            (_pki.Other, "UnknownIssuer"),
            (_pki.Expired, "Expired"),
            (_pki.NotYetValid, "NotYetValid"),
            (_pki.NoUsage, "PurposeMissing"),
            (_pki.ServerUsageOnly, "PurposeMissing"),
        ];
        foreach (var (identity, reason) in refused)
        {
            (await IsServedAsync(identity)).ShouldBeFalse(reason);
            // HttpClient asks several times before it believes that it is refused.
            AuditEvent told;
            do
            {
                told = await _trail.NextAsync($"certificate.refused:{reason}");
            }
            while (told.Certificate != CertificateThumbprint.Of(identity.Certificate));
            told.Remote.ShouldBe(IPAddress.Loopback);
        }

        (await IsServedAsync(_pki.Alice)).ShouldBeTrue();
        (await IsServedAsync(_pki.ClientThroughIntermediate("alice"))).ShouldBeTrue();
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task X4_X6_d3_No_session_is_resumed_with_or_without_the_certificate(string version)
    {
        var session = Path.Combine(Directory.CreateTempSubdirectory("sallyport-session-").FullName, "session");
        var first = await OpensslAsync(Get, [version, "-ign_eof", "-sess_out", session, .. Of(_pki.Alice)]);
        first.ShouldContain("served");
        first.ShouldContain("New, TLSv1");
        if (version == "-tls1_2")
        {
            // TLS 1.2 leaves nothing to resume: no ticket, no session identifier.
            File.Exists(session).ShouldBeFalse();
            return;
        }

        var again = await OpensslAsync(Get, [version, "-ign_eof", "-sess_in", session]);
        again.ShouldNotContain("HTTP/1.1");
        again.ShouldNotContain("Reused");
        var with = await OpensslAsync(Get, [version, "-ign_eof", "-sess_in", session, .. Of(_pki.Alice)]);
        with.ShouldContain("served");
        with.ShouldNotContain("Reused");
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task D6_No_certificate_is_no_entry(string version)
    {
        (await OpensslAsync(Get, [version, "-ign_eof"])).ShouldNotContain("HTTP/1.1");
        (await _trail.NextAsync(AuditReasons.CertificateMissing)).Kind.ShouldBe(AuditKind.Refused);
        Host.Connections.Count.ShouldBe(0);
    }

    [Fact]
    public async Task D10_X17_The_names_of_the_trusted_authorities_are_sent_and_follow_the_trust_state()
    {
        await Eventually.IsTrueAsync(() => Host.Services.GetRequiredService<AspNetCore.Transport.ServerCredentials>().Current is not null);
        (await OpensslAsync(Get, ["-ign_eof", .. Of(_pki.Alice)])).ShouldContain("O = Sallyport Lab, CN = Lab Client CA");
        Host.Trust([_pki.OtherClientCa], []);
        Host.Services.GetRequiredService<AspNetCore.Transport.ServerCredentials>().Refresh();
        var after = await OpensslAsync(Get, ["-ign_eof", .. Of(_pki.Other)]);
        after.ShouldContain("CN = Lab Other Client CA");
        after.ShouldNotContain("CN = Lab Client CA");
        after.ShouldContain("served");
    }

    [Fact]
    public async Task X17_Authorities_are_swapped_while_it_runs()
    {
        (await IsServedAsync(_pki.Alice)).ShouldBeTrue();
        Host.Trust([_pki.OtherClientCa], []);
        (await IsServedAsync(_pki.Alice)).ShouldBeFalse();
        (await IsServedAsync(_pki.Other)).ShouldBeTrue();
        Host.Trust();
        (await IsServedAsync(_pki.Alice)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(true, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-GCM-SHA256")]
    [InlineData(true, "-tls1_3", "-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256")]
    [InlineData(false, "-tls1_2", "-cipher", "ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")]
    [InlineData(false, "-tls1_1", "-cipher", "DEFAULT:@SECLEVEL=0")]
    [InlineData(false, "-tls1", "-cipher", "DEFAULT:@SECLEVEL=0")]
    [InlineData(false, "-tls1_3", "-ciphersuites", "TLS_AES_128_CCM_SHA256")]
    public async Task Only_modern_versions_and_suites_are_spoken(bool spoken, params string[] offer)
    {
        var said = await OpensslAsync(Get, ["-ign_eof", .. offer, .. Of(_pki.Alice)]);
        if (spoken)
        {
            said.ShouldContain("served");
        }
        else
        {
            said.ShouldNotContain("HTTP/1.1");
            said.ShouldContain("alert");
        }
    }

    [Fact]
    public async Task A_client_cannot_renegotiate()
    {
        // It would go on with its input open if it could; that it leaves is the server's doing.
        var said = await OpensslAsync("R\n", ["-tls1_2", .. Of(_pki.Alice)]);
        said[said.IndexOf("RENEGOTIATING", StringComparison.Ordinal)..].ShouldContain("error:");
    }

    [Fact]
    public async Task D11_Too_many_certificates_are_refused_before_any_work()
    {
        var junk = new StringBuilder();
        for (var count = 0; count < 20; count++)
        {
            junk.Append(PemEncoding.WriteString("CERTIFICATE", _pki.Client("junk").Forged.Leaf.Span)).Append('\n');
        }

        var file = Path.Combine(Directory.CreateTempSubdirectory("sallyport-junk-").FullName, "chain.pem");
        await File.WriteAllTextAsync(file, junk.ToString(), TestContext.Current.CancellationToken);
        (await OpensslAsync(Get, ["-ign_eof", "-cert_chain", file, .. Of(_pki.Alice)])).ShouldNotContain("HTTP/1.1");
        (await _trail.NextAsync("certificate.refused:TooManyCertificates")).Certificate.ShouldNotBeNull();
    }

    [Fact]
    public async Task D11_Who_never_says_hello_is_dropped_and_lets_others_in()
    {
        await using var small = await GuardedHost.StartAsync(_pki, new GuardedPlan
        {
            Options = options =>
            {
                options.Transport.MaxHandshakes = 2;
                options.Transport.HandshakeTimeout = TimeSpan.FromSeconds(1);
            },
        });
        using var first = new TcpClient();
        using var second = new TcpClient();
        await first.ConnectAsync(IPAddress.Loopback, small.Port, TestContext.Current.CancellationToken);
        await second.ConnectAsync(IPAddress.Loopback, small.Port, TestContext.Current.CancellationToken);
        await Eventually.IsClosedAsync(first.GetStream());
        await Eventually.IsClosedAsync(second.GetStream());
        (await small.Client(_pki.Alice).GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe("served");
    }

    [Fact]
    public async Task D11_Who_says_nothing_or_no_more_than_hello_holds_up_nobody_of_its_address()
    {
        await using var small = await GuardedHost.StartAsync(_pki, new GuardedPlan
        {
            Options = options =>
            {
                options.Transport.MaxHandshakesPerAddress = 1;
                options.Transport.HandshakeTimeout = TimeSpan.FromSeconds(60);
                options.Lockout.AddressFailures = 100;
            },
        });
        byte[] hello = await Hello.FirstFlightAsync(TestContext.Current.CancellationToken);
        var silent = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 20; i++)
            {
                var client = new TcpClient();
                silent.Add(client);
                await client.ConnectAsync(IPAddress.Loopback, small.Port, TestContext.Current.CancellationToken);
                if (i < 2)
                {
                    await client.GetStream().WriteAsync(hello, TestContext.Current.CancellationToken);
                }
            }

            (await small.Client(_pki.Alice).GetStringAsync("/", TestContext.Current.CancellationToken)).ShouldBe("served");
            silent.ShouldAllBe(static client => client.Connected);
        }
        finally
        {
            silent.ForEach(static client => client.Dispose());
        }
    }

    [Fact]
    public async Task Refusals_are_counted_by_their_reason()
    {
        var reasons = new List<string?>();
        var meters = Host.Services.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "Sallyport" && ReferenceEquals(instrument.Meter.Scope, meters))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (reasons)
            {
                reasons.AddRange([.. tags.ToArray().Select(static tag => tag.Value as string)]);
            }
        });
        listener.Start();
        (await IsServedAsync(_pki.Expired)).ShouldBeFalse();
        await _trail.NextAsync("certificate.refused:Expired");
        (await IsServedAsync(_pki.Alice)).ShouldBeTrue();
        lock (reasons)
        {
            // HttpClient asks several times before it believes that it is refused.
            reasons.Distinct().ShouldBe(["refused", "certificate.refused:Expired", "accepted"]);
            reasons.Count(static reason => reason == "accepted").ShouldBe(1);
        }
    }

    private Task<string> OpensslAsync(string input, params string[] arguments) => ForeignTool.RunAsync(
        "openssl",
        input,
        ["s_client", "-connect", $"127.0.0.1:{Host.Port}", "-servername", "localhost", "-CAfile", _pki.ServerCa.CertificateFile, .. arguments]);

    private async Task<bool> IsServedAsync(LabIdentity? identity)
    {
        try
        {
            return await Host.Client(identity).GetStringAsync("/", TestContext.Current.CancellationToken) == "served";
        }
        catch (Exception e) when (e is HttpRequestException or AuthenticationException)
        {
            return false;
        }
    }

    private static string[] Of(LabIdentity identity) => ["-cert", identity.CertificateFile, "-key", identity.KeyFile];
}
