using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Tests.Lab;
using Sallyport.AspNetCore.Transport;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Transport;

public sealed class HostGateTests(HostGateTests.Site site) : IClassFixture<HostGateTests.Site>
{
    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    public async Task Serves_the_name_of_the_handshake_however_it_is_spelt(string version)
    {
        string[] right = ["localhost", "LOCALHOST", "localhost.", "localhost:1", "LocalHost.:65535"];
        (await CurlAsync(version, "localhost", right)).ShouldBe([.. right.Select(static _ => "200")]);
    }

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    public async Task Answers_421_to_every_other_name(string version)
    {
        string[] wrong =
        [
            "secret.test", "127.0.0.1", "localhost..", "localhost.secret.test", "xlocalhost", "localhos", "[::1]", "listed.test",
            "xn--lcalhost-c8a",
        ];
        (await CurlAsync(version, "localhost", wrong)).ShouldBe([.. wrong.Select(static _ => "421")]);
    }

    [Fact]
    public async Task Another_name_of_the_same_certificate_is_another_handshake() =>
        (await CurlAsync("--http1.1", "public.test", ["public.test", "secret.test", "localhost"])).ShouldBe(["200", "421", "421"]);

    [Fact]
    public async Task International_names_are_compared_as_A_labels() =>
        (await CurlAsync("--http1.1", "xn--bcher-kva.test", ["xn--bcher-kva.test", "XN--BCHER-KVA.test.", "bucher.test"])).ShouldBe(["200", "200", "421"]);

    [Theory]
    [InlineData("--http1.1")]
    [InlineData("--http2")]
    public async Task Without_a_name_in_the_handshake_only_the_address_and_the_listed_names_are_served(string version) =>
        (await CurlAsync(version, "127.0.0.1", ["127.0.0.1", "127.0.0.1:1", "listed.test", "Listed.Test.", "localhost", "127.0.0.2", "127.1", "[::1]", "secret.test"]))
            .ShouldBe(["200", "200", "200", "200", "421", "421", "421", "421", "421"]);

    [Fact]
    public async Task Streams_of_one_connection_are_judged_one_by_one()
    {
        // curl keeps its connection over several URLs; --next changes the host for the second only.
        string[] common = [.. Common(), "--http2", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}\\n"];
        var url = $"https://localhost:{site.Host.Port}/";
        var said = await ForeignTool.RunAsync(
            "curl", "", [.. common, url, "--next", .. common, "-H", "Host: secret.test", url, "--next", .. common, url]);
        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["200 1", "421 0", "200 0"]);
    }

    [Fact]
    public async Task A_refusal_is_told_with_both_names()
    {
        await CurlAsync("--http1.1", "localhost", ["elsewhere.test"]);
        site.Trail.Reasons.ShouldContain(AuditReasons.Misdirected);
    }

    [Fact]
    public async Task A_request_on_a_connection_of_somebody_else_is_refused()
    {
        var context = new DefaultHttpContext();
        context.Request.Host = new HostString("localhost");
        await site.Host.Services.GetRequiredService<ConnectionGate>().InvokeAsync(context, static _ => throw new InvalidOperationException("It was let through."));
        context.Response.StatusCode.ShouldBe(403);
        site.Trail.Reasons.ShouldContain(AuditReasons.ConnectionUnguarded);
        var second = new DefaultHttpContext();
        second.Request.Host = new HostString("localhost");
        await site.Host.Services.GetRequiredService<HostGate>().InvokeAsync(second, static _ => throw new InvalidOperationException("It was let through."));
        second.Response.StatusCode.ShouldBe(421);
    }

    private string[] Common() =>
    [
        "-s", "--cacert", site.Pki.ServerCa.CertificateFile, "--cert", site.Pki.Alice.CertificateFile, "--key", site.Pki.Alice.KeyFile,
    ];

    /// <summary>One connection for the name, one request per host on it; the statuses.</summary>
    private async Task<string[]> CurlAsync(string version, string name, string[] hosts)
    {
        string[] arguments = [];
        foreach (var host in hosts)
        {
            string[] one =
            [
                .. Common(), version, "--resolve", $"{name}:{site.Host.Port}:127.0.0.1", "-o", "/dev/null", "-w", "%{http_code}\\n",
                "-H", $"Host: {host}", $"https://{name}:{site.Host.Port}/",
            ];
            arguments = arguments.Length == 0 ? one : [.. arguments, "--next", .. one];
        }

        return (await ForeignTool.RunAsync("curl", "", arguments)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public sealed class Site : IAsyncLifetime
    {
        private GuardedHost? _host;

        public LabPki Pki { get; } = new(TimeProvider.System);

        internal CollectedTrail Trail { get; } = new();

        internal GuardedHost Host => _host ?? throw new InvalidOperationException("Not started.");

        public async ValueTask InitializeAsync() => _host = await GuardedHost.StartAsync(Pki, new GuardedPlan
        {
            Services = services => services.AddSingleton<IAuditTrail>(Trail),
            Options = options =>
            {
                options.Hosts.Add("listed.test");
                options.Transport.ServerCertificate = Pki.ServerFor("localhost", "127.0.0.1", "public.test", "secret.test", "xn--bcher-kva.test").Certificate;
            },
        });

        public async ValueTask DisposeAsync()
        {
            if (_host is not null)
            {
                await _host.DisposeAsync();
            }

            Pki.Dispose();
        }
    }
}
