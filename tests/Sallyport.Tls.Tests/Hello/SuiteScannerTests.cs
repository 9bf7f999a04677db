using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Tls.Hello;
using Sallyport.Tls.Tests.Support;
using Sallyport.Tls.Tests.Wire;
using Sallyport.Tls.Wire;

namespace Sallyport.Tls.Tests.Hello;

public sealed class SuiteScannerTests(TestPki pki) : IClassFixture<TestPki>
{
    private const string Everything = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";

    [Fact]
    public async Task The_suites_of_a_usual_server_are_those_that_sslscan_lists_with_few_connections()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile);
        using SuiteScanner scanner = Scanner(server);
        ImmutableArray<VersionInventory> found = await scanner.ScanAsync(Token);
        scanner.Connections.ShouldBeLessThanOrEqualTo(60);
        found.ShouldAllBe(static version => version.IsComplete);
        Lines(found).ShouldBe(await SslscanAsync(server.Port));
    }

    [Fact]
    public async Task The_suites_of_a_server_with_everything_on_are_those_that_sslscan_lists()
    {
        string configuration = pki.Write("everything.cnf", HelloProbeTests.LegacyText);
        await using OpensslPeer server = await OpensslPeer.StartWithAsync(
            configuration, "-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile, "-cipher", Everything);
        using SuiteScanner scanner = Scanner(server);
        ImmutableArray<VersionInventory> found = await scanner.ScanAsync(Token);
        found.Where(static version => version.Support == VersionSupport.Accepted).Select(static version => version.Version)
            .ShouldBe([TlsVersion.Tls10, TlsVersion.Tls11, TlsVersion.Tls12, TlsVersion.Tls13]);
        found.SelectMany(static version => version.Suites).ShouldContain(static suite => suite.IsNull);
        found.SelectMany(static version => version.Suites).ShouldContain(static suite => suite.IsAnonymous);
        Lines(found).ShouldBe(await SslscanAsync(server.Port));
    }

    [Fact]
    public async Task The_servers_own_order_is_found_and_merged()
    {
        // AES128-SHA before the rest, and an anonymous suite, which lies in a later chunk, in the middle.
        string[] order = ["AES128-SHA", "ECDHE-RSA-AES256-GCM-SHA384", "AECDH-AES128-SHA", "AES256-SHA"];
        await using OpensslPeer server = await OpensslPeer.StartAsync(
            "-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile, "-serverpref", "-tls1_2", "-cipher", string.Join(':', order) + ":@SECLEVEL=0");
        using SuiteScanner scanner = Scanner(server);
        VersionInventory found = await scanner.ScanVersionAsync(TlsVersion.Tls12, Token);
        found.Preference.ShouldBe(SuitePreference.Server);
        found.Suites.Select(static suite => suite.OpenSslName).ShouldBe(order);
    }

    [Fact]
    public async Task The_clients_order_is_told_from_the_servers()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile, "-tls1_2");
        using SuiteScanner scanner = Scanner(server);
        (await scanner.ScanVersionAsync(TlsVersion.Tls12, Token)).Preference.ShouldBe(SuitePreference.Client);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task Parts_of_the_list_side_by_side_find_what_one_list_finds(int degree)
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile);
        using SuiteScanner scanner = new(async _ => await server.ConnectAsync(), new SuiteScannerOptions { ServerName = "localhost", Degree = degree, Limits = new HelloLimits { ReadWholeFlight = false, Timeout = TimeSpan.FromSeconds(30) } });
        ImmutableArray<VersionInventory> found = await scanner.ScanAsync(Token);
        found.ShouldAllBe(static version => version.IsComplete);
        found[4].Preference.ShouldBe(SuitePreference.Client);
        Lines(found).ShouldBe(await SslscanAsync(server.Port));
        int suites = found.Sum(static version => version.Suites.Length);
        // A busy machine may close one more unanswered; what is asked again for that is no matter of the list.
        (scanner.Connections - scanner.Repeats - suites).ShouldBeLessThanOrEqualTo(degree == 1 ? 18 : 26);
    }

    [Fact]
    public async Task Groups_that_the_suites_have_shown_are_not_asked_for_again()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile, "-groups", "X25519:P-521:P-256");
        using SuiteScanner scanner = Scanner(server);
        await scanner.ScanVersionAsync(TlsVersion.Tls13, Token);
        int before = scanner.Connections;
        GroupInventory groups = await scanner.ScanGroupsAsync(TlsVersion.Tls13, Token);
        groups.Groups.ShouldBe([NamedGroup.X25519, NamedGroup.Secp521R1, NamedGroup.Secp256R1], ignoreOrder: true);
        (groups.IsComplete, scanner.Connections - before).ShouldSatisfyAllConditions(seen => seen.IsComplete.ShouldBeTrue(), seen => seen.Item2.ShouldBeLessThan(4));
    }

    [Fact]
    public async Task Groups_are_listed_without_a_single_key()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync(
            "-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile, "-groups", "X25519:P-521:P-256", "-serverpref");
        using SuiteScanner scanner = Scanner(server);
        GroupInventory modern = await scanner.ScanGroupsAsync(TlsVersion.Tls13, Token);
        modern.IsComplete.ShouldBeTrue(modern.Reason);
        modern.Groups.ShouldBe([NamedGroup.X25519, NamedGroup.Secp521R1, NamedGroup.Secp256R1], ignoreOrder: true);
        scanner.Connections.ShouldBe(4);
        GroupInventory old = await scanner.ScanGroupsAsync(TlsVersion.Tls12, Token);
        old.Groups.ShouldBe([NamedGroup.X25519, NamedGroup.Secp521R1, NamedGroup.Secp256R1], ignoreOrder: true);
        old.ExplicitDh.ShouldNotBeNull().DhPrimeBits.ShouldBeGreaterThanOrEqualTo(2048);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Groups_behind_an_ECDSA_certificates_curve_are_not_denied(bool serverDecides)
    {
        // A certificate on P-256, the first of the server's groups: once that curve is left out of the hello, every other is refused.
        await using OpensslPeer server = await OpensslPeer.StartAsync(
            "-cert", pki.ServerFile, "-key", pki.ServerKeyFile, "-groups", "P-256:X25519:P-521", serverDecides ? "-serverpref" : "-tls1_2");
        using SuiteScanner scanner = Scanner(server);

        GroupInventory old = await scanner.ScanGroupsAsync(TlsVersion.Tls12, Token);

        old.Groups.ShouldContain(NamedGroup.Secp256R1);
        old.IsComplete.ShouldBeFalse();
        old.Reason.ShouldNotBeNull().ShouldContain("certificate's curve");
        if (!serverDecides)
        {
            old.Groups.ShouldBe([NamedGroup.Secp256R1, NamedGroup.X25519, NamedGroup.Secp521R1], ignoreOrder: true);
        }
    }

    [Fact]
    public async Task Silence_is_unknown_and_never_refused()
    {
        await using var server = new RawServer(static (_, token) => Task.Delay(Timeout.Infinite, token));
        using var scanner = new SuiteScanner(server.ConnectAsync, new SuiteScannerOptions { Limits = new HelloLimits { Timeout = TimeSpan.FromMilliseconds(100) } });
        VersionInventory found = await scanner.ScanVersionAsync(TlsVersion.Tls13, Token);
        (found.Support, found.IsComplete).ShouldBe((VersionSupport.Unknown, false));
        found.Reason.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_port_without_server_is_unknown()
    {
        using var scanner = new SuiteScanner(static _ => throw new IOException("refused"), new SuiteScannerOptions());
        ImmutableArray<VersionInventory> found = await scanner.ScanAsync(Token);
        found.ShouldAllBe(static version => version.Support == VersionSupport.Unknown && version.Reason != null);
    }

    [Fact]
    public async Task A_close_without_alert_is_a_refusal_where_another_version_is_welcome()
    {
        await using var server = new RawServer(static async (stream, token) =>
        {
            ParsedClientHello hello = await ReadHelloAsync(stream, token);
            if (hello.Version == 0x0303 && hello.Suites.Contains((ushort)0xC02F))
            {
                await stream.WriteAsync(SyntheticFlight.Record(22, SyntheticFlight.Message(HandshakeType.ServerHello, SyntheticFlight.ServerHello(0xC02F))), token);
            }
        });
        using var scanner = new SuiteScanner(server.ConnectAsync, new SuiteScannerOptions { Versions = [TlsVersion.Tls10, TlsVersion.Tls12] });
        ImmutableArray<VersionInventory> found = await scanner.ScanAsync(Token);
        found.Select(static version => (version.Support, version.IsComplete)).ShouldBe([(VersionSupport.Refused, true), (VersionSupport.Accepted, true)]);
        found[1].Suites.ShouldBe([new CipherSuite(0xC02F)]);
    }

    [Fact]
    public async Task A_server_that_closes_every_connection_has_refused_nothing()
    {
        await using var server = new RawServer(static async (stream, token) => await stream.ReadExactlyAsync(new byte[100], token));
        using var scanner = new SuiteScanner(server.ConnectAsync, new SuiteScannerOptions { Versions = [TlsVersion.Tls12] });
        VersionInventory found = (await scanner.ScanAsync(Token)).Single();
        (found.Support, found.IsComplete).ShouldBe((VersionSupport.Unknown, false));
        found.Reason.ShouldNotBeNull().ShouldContain("closed without an alert");
    }

    [Fact]
    public async Task A_server_that_misses_the_name_has_refused_nothing()
    {
        await using var server = new RawServer(static async (stream, token) =>
        {
            await ReadHelloAsync(stream, token);
            await stream.WriteAsync(SyntheticFlight.Record(21, 2, 112), token);
        });
        using var scanner = new SuiteScanner(server.ConnectAsync, new SuiteScannerOptions { Versions = [TlsVersion.Tls12, TlsVersion.Tls13] });
        (await scanner.ScanAsync(Token)).ShouldAllBe(static version => version.Support == VersionSupport.Unknown && !version.IsComplete);
    }

    [Fact]
    public async Task A_server_that_repeats_one_suite_for_ever_is_stopped()
    {
        await using var server = new RawServer(static async (stream, token) =>
        {
            await stream.ReadExactlyAsync(new byte[50], token);
            await stream.WriteAsync(SyntheticFlight.Record(22, SyntheticFlight.Message(HandshakeType.ServerHello, SyntheticFlight.ServerHello(0xC02F))), token);
        });
        using var scanner = new SuiteScanner(server.ConnectAsync, new SuiteScannerOptions());
        VersionInventory found = await scanner.ScanVersionAsync(TlsVersion.Tls12, Token);
        found.Suites.Single().Value.ShouldBe((ushort)0xC02F);
        (found.IsComplete, found.Support).ShouldBe((false, VersionSupport.Accepted));
        found.Reason.ShouldNotBeNull().ShouldContain("was not offered");
    }

    [Fact]
    public async Task An_SSL_3_server_is_found_although_no_platform_speaks_it()
    {
        await using var server = new RawServer(static async (stream, token) =>
        {
            ParsedClientHello parsed = await ReadHelloAsync(stream, token);
            await stream.WriteAsync(parsed.Version == 0x0300 && parsed.Suites.Contains((ushort)0x000A)
                ? SyntheticFlight.Record(22, SyntheticFlight.Message(HandshakeType.ServerHello, SyntheticFlight.ServerHello(0x000A, 0x0300)))
                : SyntheticFlight.Record(21, 2, 40), token);
        });
        using var scanner = new SuiteScanner(server.ConnectAsync, new SuiteScannerOptions { Versions = [TlsVersion.Ssl3, TlsVersion.Tls12] });
        ImmutableArray<VersionInventory> found = await scanner.ScanAsync(Token);
        found[0].Suites.ShouldBe([new CipherSuite(0x000A)]);
        found[1].Support.ShouldBe(VersionSupport.Refused);
    }

    [Fact]
    public async Task The_limit_of_connections_is_kept_and_told()
    {
        await using OpensslPeer server = await OpensslPeer.StartAsync("-cert", pki.RsaServerFile, "-key", pki.RsaServerKeyFile);
        using var scanner = new SuiteScanner(async _ => await server.ConnectAsync(), new SuiteScannerOptions { MaxConnections = 5 });
        ImmutableArray<VersionInventory> found = await scanner.ScanAsync(Token);
        scanner.Connections.ShouldBe(5);
        found.ShouldContain(static version => !version.IsComplete && version.Reason != null && version.Reason.Contains("limit of 5"));
    }

    private static async Task<ParsedClientHello> ReadHelloAsync(Stream stream, CancellationToken token)
    {
        var header = new byte[5];
        await stream.ReadExactlyAsync(header, token);
        var message = new byte[(header[3] << 8) | header[4]];
        await stream.ReadExactlyAsync(message, token);
        return ParsedClientHello.Read(message);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SuiteScanner Scanner(OpensslPeer server) => new(
        async _ => await server.ConnectAsync(),
        new SuiteScannerOptions { ServerName = "localhost", Limits = new HelloLimits { ReadWholeFlight = false, Timeout = TimeSpan.FromSeconds(30) } });

    private static IEnumerable<string> Lines(IEnumerable<VersionInventory> versions) => versions
        .SelectMany(static version => version.Suites.Select(suite => $"TLSv1.{(int)version.Version - 0x0301} {suite.OpenSslName}"))
        .Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> SslscanAsync(int port)
    {
        string? program = Binaries.Find("sslscan");
        Assert.SkipWhen(program is null, Binaries.WhyMissing("sslscan") ?? "");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in new[] { "--no-colour", "--no-heartbleed", "--no-renegotiation", "--no-groups", "127.0.0.1:" + port.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start).ShouldNotBeNull();
        string text = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        // "Accepted  TLSv1.2  256 bits  ECDHE-RSA-AES256-GCM-SHA384   Curve 25519 DHE 253"
        return text.Split('\n')
            .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words.Length > 4 && words[0] is "Accepted" or "Preferred")
            .Select(static words => $"{words[1]} {words[4]}")
            .Order(StringComparer.Ordinal)
            .ToArray();
    }
}
