using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Sallyport.Interop.Tests.Servers;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks.Channel;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls;

namespace Sallyport.Interop.Tests.Checks.Channel;

/// <summary>The suites of every make, version by version, beside what sslscan and nmap list of the same server: no more and no fewer.</summary>
/// <remarks>
/// Sites of one make that differ only in what follows a handshake have one TLS configuration; here is one of each way of asking. sslscan is
/// given a client certificate: it ends every handshake, and calls a suite refused where TLS 1.2 ends with the refusal of its missing certificate.
/// </remarks>
public sealed class SuiteListsTests(LabServers servers)
{
    [Theory]
    [InlineData("nginx off")]
    [InlineData("nginx optional")]
    [InlineData("nginx on")]
    [InlineData("nginx legacy")]
    [InlineData("haproxy none")]
    [InlineData("haproxy optional")]
    [InlineData("haproxy required")]
    [InlineData("apache none")]
    [InlineData("apache optional")]
    [InlineData("apache require")]
    [InlineData("apache per location")]
    [InlineData("node off")]
    [InlineData("node optional")]
    [InlineData("node right")]
    [InlineData("kestrel off")]
    [InlineData("kestrel allow")]
    [InlineData("kestrel require")]
    [InlineData("kestrel delay")]
    [InlineData("openssl off")]
    [InlineData("openssl -verify")]
    [InlineData("openssl -Verify")]
    public async Task The_suites_equal_those_of_sslscan_and_nmap(string site)
    {
        Installed.Need("sslscan");
        Installed.Need("nmap");
        LabEndpoint place = await PlaceAsync(site);
        SpokenVersions spoken = await SpokenAsync(place);
        spoken.Doubt.ShouldBeNull();
        spoken.Spoken.ShouldNotBeEmpty();

        // s_server serves one connection at a time; the others are asked by both at once.
        Task<string> sslscan = SslscanAsync(place);
        if (site.StartsWith("openssl", StringComparison.Ordinal))
        {
            await sslscan;
        }

        string[] output = await Task.WhenAll(sslscan, NmapAsync(place));
        BySslscan(output[0]).ShouldBe(Ours(spoken, static suite => suite.OpenSslName), output[0]);
        ByNmap(output[1]).ShouldBe(Ours(spoken, static suite => suite.Name), output[1]);
    }

    private static IEnumerable<string> Ours(SpokenVersions spoken, Func<CipherSuite, string?> name) => spoken.Spoken
        .SelectMany(one => one.Suites.Select(suite => $"{SpokenVersions.Name(one.Version).Replace(' ', 'v')} {name(suite)}"))
        .Order(StringComparer.Ordinal);

    private Task<string> SslscanAsync(LabEndpoint site) => Tool.RunAsync(
        "sslscan",
        [
            "--no-colour", "--no-heartbleed", "--no-renegotiation", "--no-groups", "--no-fallback", "--no-compression", "--no-check-certificate",
            $"--certs={servers.Pki.Alice.CertificateFile}", $"--pk={servers.Pki.Alice.KeyFile}", $"127.0.0.1:{Port(site)}",
        ]);

    private static Task<string> NmapAsync(LabEndpoint site) =>
        Tool.RunAsync("nmap", ["-Pn", "-n", "-p", Port(site), "--script", "ssl-enum-ciphers", "127.0.0.1"]);

    /// <summary>From <c>Accepted  TLSv1.2  256 bits  ECDHE-RSA-AES256-GCM-SHA384   Curve 25519 DHE 253</c>.</summary>
    private static IEnumerable<string> BySslscan(string text) => text.Split('\n')
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Where(static words => words.Length > 4 && words[0] is "Accepted" or "Preferred")
        .Select(static words => $"{words[1]} {words[4]}")
        .Order(StringComparer.Ordinal);

    /// <summary>From lines of a version, <c>TLSv1.2:</c>, and of a suite, <c>TLS_RSA_WITH_AES_128_CBC_SHA (rsa 2048) - A</c>. TLS 1.3 suites have <c>AKE_WITH</c> in them there.</summary>
    private static IEnumerable<string> ByNmap(string text)
    {
        string version = "";
        List<string> suites = [];
        foreach (string line in text.Split('\n').Select(static line => line.Trim('|', ' ', '_', '\r')))
        {
            version = line.StartsWith("TLSv1.", StringComparison.Ordinal) || line.StartsWith("SSLv3", StringComparison.Ordinal) ? line.TrimEnd(':') : version;
            if (line.StartsWith("TLS_", StringComparison.Ordinal))
            {
                suites.Add($"{version} {line.Split(' ')[0].Replace("TLS_AKE_WITH_", "TLS_", StringComparison.Ordinal)}");
            }
        }

        return suites.Order(StringComparer.Ordinal);
    }

    private static string Port(LabEndpoint site) => site.Port.ToString(CultureInfo.InvariantCulture);

    private async Task<LabEndpoint> PlaceAsync(string site) => site switch
    {
        "nginx off" => (await servers.NginxOrSkipAsync()).Off,
        "nginx optional" => (await servers.NginxOrSkipAsync()).Optional,
        "nginx on" => (await servers.NginxOrSkipAsync()).Required,
        "nginx legacy" => (await servers.NginxOrSkipAsync()).Legacy,
        "haproxy none" => (await servers.HaproxyOrSkipAsync()).None,
        "haproxy optional" => (await servers.HaproxyOrSkipAsync()).Optional,
        "haproxy required" => (await servers.HaproxyOrSkipAsync()).Required,
        "apache none" => (await servers.ApacheOrSkipAsync()).None,
        "apache optional" => (await servers.ApacheOrSkipAsync()).Optional,
        "apache require" => (await servers.ApacheOrSkipAsync()).Required,
        "apache per location" => (await servers.ApacheOrSkipAsync()).PerLocation,
        "node off" => (await servers.NodeOrSkipAsync()).Off,
        "node optional" => (await servers.NodeOrSkipAsync()).Optional,
        "node right" => (await servers.NodeOrSkipAsync()).Right,
        "kestrel off" => (await servers.KestrelAsync()).Off,
        "kestrel allow" => (await servers.KestrelAsync()).Allow,
        "kestrel require" => (await servers.KestrelAsync()).Require,
        "kestrel delay" => (await servers.KestrelAsync()).Delay,
        "openssl off" => (await servers.OpensslOrSkipAsync()).Off,
        "openssl -verify" => (await servers.OpensslOrSkipAsync()).Asked,
        "openssl -Verify" => (await servers.OpensslOrSkipAsync()).DemandedAndChecked,
        _ => throw new ArgumentOutOfRangeException(nameof(site)),
    };

    private async Task<SpokenVersions> SpokenAsync(LabEndpoint site)
    {
        TargetUrl.TryParse(site.Url.ToString(), out TargetUrl? target, out string? hint).ShouldBeTrue(hint);
        ScanRequest request = new()
        {
            Target = target!, // asserted
            ConnectTo = new IPEndPoint(IPAddress.Loopback, site.Port),
            ServerRoots = [[.. servers.Pki.ServerCa.Authority.Certificate.Span]],
            Limits = new() { RequestsPerSecond = 10_000, Connections = 1_000 },
        };
        using ScanTransport transport = new(request, TimeProvider.System);
        using ChannelProfile profile = new(transport, Route.To(request.Target), 900, TimeSpan.FromSeconds(5), TimeProvider.System);
        return await profile.VersionsAsync(TestContext.Current.CancellationToken);
    }
}
