using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Servers;

namespace Sallyport.Cli.Tests;

/// <summary>Files that cannot be used, and servers whose certificate cannot be trusted: one clear line and the right exit code for each.</summary>
public sealed class BadInputTests : IDisposable
{
    private const string Right = "correct horse battery";
    private readonly LabPki _pki = new(TimeProvider.System);
    private readonly WorkFolder _folder = new();

    public void Dispose()
    {
        _pki.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_certificate_without_its_key() =>
        (await RefusedAsync(null, "--identity", $"alice={_pki.Alice.CertificateFile}")).ShouldContain("no private key for alice");

    [Fact]
    public async Task A_key_of_someone_else() =>
        (await RefusedAsync(null, "--identity", $"alice={_pki.Alice.CertificateFile},{_pki.Bob.KeyFile}")).ShouldContain("the private key of alice does not belong to its certificate");

    [Theory]
    [InlineData(null, "the private key of alice in", "is encrypted")]
    [InlineData("wrong", "the password given for alice does not open the private key in", "")]
    public async Task An_encrypted_key_without_its_password(string? password, string begins, string ends)
    {
        string error = await RefusedAsync(password, "--identity", $"alice={_pki.Alice.CertificateFile},{EncryptedKey()}");
        error.ShouldContain(begins);
        error.ShouldContain(ends);
    }

    [Theory]
    [InlineData(null, "needs a password, or is damaged")]
    [InlineData("wrong", "the password given for alice does not open")]
    public async Task A_pkcs12_file_without_its_password(string? password, string error) =>
        (await RefusedAsync(password, "--identity", $"alice={_pki.Alice.Pkcs12File(Right)}")).ShouldContain(error);

    [Theory]
    [InlineData("--identity", "alice=")]
    [InlineData("--server-ca", "")]
    [InlineData("--client-ca", "")]
    public async Task A_directory_in_place_of_a_file(string option, string before) =>
        (await RefusedAsync(null, option, before + _folder.Path)).ShouldContain("is a directory");

    /// <summary>It opens for everyone, root too, and no byte of it can be read: there is nothing at address 0 of a process.</summary>
    [Theory]
    [InlineData("--identity", "alice=")]
    [InlineData("--server-ca", "")]
    public async Task A_file_that_cannot_be_read(string option, string before)
    {
        const string unreadable = "/proc/self/mem";
        Should.Throw<IOException>(static () => File.ReadAllBytes(unreadable));
        (await RefusedAsync(null, option, before + unreadable)).ShouldContain("cannot be read");
    }

    [Fact]
    public async Task The_right_password_opens_both()
    {
        foreach (string identity in (string[])[$"{_pki.Alice.CertificateFile},{EncryptedKey()}", _pki.Alice.Pkcs12File(Right)])
        {
            bool asked = false;
            Run run = await ScanAsync(Right, surroundings => surroundings with { Scan = (_, _, _) => { asked = true; return Task.FromResult(Reports.Clean); } }, "--identity", $"alice={identity}");
            run.Code.ShouldBe(ExitCode.Clean, run.Error);
            asked.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_server_whose_certificate_has_expired_is_a_finding()
    {
        (Run run, JsonElement report) = await ServerAsync(
            _pki.ServerWith(static spec => spec with { NotBefore = spec.NotBefore.AddDays(-80), NotAfter = spec.NotAfter.AddDays(-40) }, "localhost"), "--server-ca", _pki.ServerCa.CertificateFile);
        run.Code.ShouldBe(ExitCode.Findings, run.Error);
        Findings(report).ShouldBe(["TLS-019/expired"]);
        Distrust(report).ShouldContain("is not valid at this time");
    }

    [Fact]
    public async Task A_server_under_a_ca_that_only_has_the_name_of_the_given_one_is_a_finding()
    {
        using var other = new LabPki(TimeProvider.System);
        (Run run, JsonElement report) = await ServerAsync(_pki.Server, "--server-ca", other.ServerCa.CertificateFile);
        run.Code.ShouldBe(ExitCode.Findings, run.Error);
        Findings(report).ShouldBe(["TLS-019/untrusted"]);
        Distrust(report).ShouldContain("its chain does not lead to the given server CA");
    }

    /// <summary>It may be that only an intermediate is missing: medium, which gates nothing by itself.</summary>
    [Fact]
    public async Task A_server_under_another_ca_than_the_given_one_is_a_milder_finding()
    {
        (Run run, JsonElement report) = await ServerAsync(_pki.Server, "--server-ca", _pki.ClientCa.CertificateFile);
        run.Code.ShouldBe(ExitCode.Clean, run.Error);
        Findings(report).ShouldBe(["TLS-019/missing-intermediate"]);
        Distrust(report).ShouldContain("its chain does not lead to the given server CA");
    }

    [Fact]
    public async Task A_server_under_an_unknown_ca_is_not_called_tested_and_what_to_give_is_told()
    {
        (Run run, JsonElement report) = await ServerAsync(_pki.Server);
        run.Code.ShouldBe(ExitCode.NotScanned, run.Error);
        run.Errors.ShouldBe(["TLS-019 was required and not tested"]);
        run.Hints.ShouldHaveSingleItem().ShouldContain("--server-ca");
        Findings(report).ShouldBeEmpty();
        Distrust(report).ShouldContain("its chain does not lead to the system's roots (give its CA with --server-ca)");
    }

    /// <summary>A usage error before anything is sent: its one line.</summary>
    private async Task<string> RefusedAsync(string? password, params string[] more)
    {
        Run run = (await ScanAsync(password, surroundings => surroundings with { Scan = (_, _, _) => throw new InvalidOperationException("nothing may be sent") }, more)).IsUsageError();
        run.Error.ShouldNotContain("wrong\n");
        return run.Errors.ShouldHaveSingleItem();
    }

    private static Task<Run> ScanAsync(string? password, Func<Surroundings, Surroundings> change, params string[] more) => Run.OfAsync(
        surroundings => change(surroundings) with { Environment = name => name == "PASSWORD" ? password : null },
        ["scan", "https://localhost", .. more, .. password is null ? (string[])[] : ["--identity-password", "alice=env:PASSWORD"]]);

    private async Task<(Run Run, JsonElement Report)> ServerAsync(LabIdentity identity, params string[] more)
    {
        await using KestrelServer server = await KestrelServer.StartAsync(_pki.Material with { ServerIdentity = identity }, TestContext.Current.CancellationToken);
        int port = server.Require.Port;
        Run run = await Run.OfAsync([
            "scan", $"https://localhost:{port}", "--connect-to", $"127.0.0.1:{port}", "--identity", $"alice={_pki.Alice.BundleFile}", "--protected", "GET /profiles/alice",
            "--checks", "TLS-019", "--require", "TLS-019", "--format", "json", .. more]);
        run.Error.ShouldNotContain("   at ");
        run.Error.ShouldNotContain("internal error");
        return (run, JsonDocument.Parse(run.Output).RootElement);
    }

    private string EncryptedKey() => _folder.Write("alice.key", _pki.Alice.Forged.Key.Algorithm.ExportEncryptedPkcs8PrivateKeyPem(
        Right, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)));

    private static IEnumerable<string> Findings(JsonElement report) => report.GetProperty("findings").EnumerateArray()
        .Select(static one => $"{one.GetProperty("id").GetString()}/{one.GetProperty("variant").GetString()}");

    private static string Distrust(JsonElement report) => report.GetProperty("facts").EnumerateArray()
        .Single(static fact => fact.GetProperty("title").GetString() == "Server not verified").GetProperty("value").GetString() ?? "";
}
