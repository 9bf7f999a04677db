using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.Cli.Tests;

public sealed class IdentitiesCommandTests : IDisposable
{
    private readonly WorkFolder _folder = new();
    private readonly LabPki _pki = new(TimeProvider.System);

    public void Dispose()
    {
        _pki.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Adds_lists_and_exports_an_identity()
    {
        string pem = _pki.Alice.CertificateFile;
        string sha256 = CertificateThumbprint.Of(_pki.Alice.Certificate).ToHex();
        Run add = await AskAsync("add", "alice", "--certificate", pem, "--san", "uri:spiffe://corp.test/alice", "--role", "buyer", "--scope", "orders:read", "--not-after", "2099-01-01");
        add.Code.ShouldBe(0, add.Error);
        add.Output.ShouldStartWith("added alice (epoch ");
        File.GetUnixFileMode(Path.Combine(_folder.Path, "identities.db")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Run list = await AskAsync("list");
        list.Code.ShouldBe(0, list.Error);
        list.Output.ShouldContain("alice  active");
        list.Output.ShouldContain($"  sha256:{sha256}\n");
        list.Output.ShouldContain("  uri:spiffe://corp.test/alice\n");
        Run export = await AskAsync("export");
        export.Code.ShouldBe(0, export.Error);
        JsonElement root = JsonDocument.Parse(export.Output).RootElement;
        JsonElement alice = root.GetProperty("identities").EnumerateArray().Single();
        alice.GetProperty("name").GetString().ShouldBe("alice");
        alice.GetProperty("roles").EnumerateArray().Select(role => role.GetString()).ShouldBe(["buyer"]);
        alice.GetProperty("notAfter").GetDateTimeOffset().ShouldBe(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));
        alice.GetProperty("matches").EnumerateArray().Select(match => match.GetString()).ShouldContain($"sha256:{sha256}");
        JsonElement change = root.GetProperty("changes").EnumerateArray().Single();
        (change.GetProperty("action").GetString(), change.GetProperty("by").GetString()).ShouldBe(("add", "tester"));
    }

    [Fact]
    public async Task Adds_to_an_identity_that_is_there_and_reads_no_key()
    {
        await AskAsync("add", "alice", "--role", "buyer");
        Run taken = (await AskAsync("add", "alice")).IsUsageError();
        (taken.Errors.Single(), taken.Hints.Single()).ShouldBe(("there is an identity alice already", "add to it with --existing"));
        Run more = await AskAsync("add", "alice", "--existing", "--issuer-serial", _pki.Alice.BundleFile, "--role", "admin");
        more.Code.ShouldBe(0, more.Error);
        Run list = await AskAsync("list");
        list.Output.ShouldContain("roles buyer,admin");
        list.Output.ShouldContain("issuer-serial:");
        (await AskAsync("add", "nobody", "--existing")).IsUsageError().Errors.ShouldBe(["there is no identity nobody"]);
    }

    [Fact]
    public async Task Notes_that_an_identity_without_a_certificate_is_let_in_by_none() =>
        (await AskAsync("add", "alice")).Error.ShouldStartWith("sallyport: note: no certificate speaks for it yet");

    [Fact]
    public async Task Disables_an_identity_and_lets_it_in_again()
    {
        await AskAsync("add", "alice");
        (await AskAsync("disable", "alice")).Output.ShouldStartWith("disabled alice (epoch ");
        (await AskAsync("list")).Output.ShouldContain("alice  disabled");
        (await AskAsync("disable", "alice", "--undo")).Output.ShouldStartWith("enabled alice (epoch ");
        (await AskAsync("list")).Output.ShouldContain("alice  active");
        Run unknown = (await AskAsync("disable", "bob")).IsUsageError();
        (unknown.Errors.Single(), unknown.Hints.Single()).ShouldBe(("there is no identity bob", "sallyport identities list shows them"));
    }

    [Fact]
    public async Task Revokes_a_certificate_by_file_or_by_its_hash()
    {
        await AskAsync("add", "alice", "--certificate", _pki.Alice.CertificateFile);
        Run byFile = await AskAsync("revoke", _pki.Alice.CertificateFile, "--reason", "stolen");
        byFile.Code.ShouldBe(0, byFile.Error);
        string hash = Convert.ToHexStringLower(SHA256.HashData("another"u8));
        (await AskAsync("revoke", hash)).Output.ShouldStartWith($"revoked {hash} (epoch ");
        Run list = await AskAsync("list");
        list.Output.ShouldContain($"revoked sha256:{CertificateThumbprint.Of(_pki.Alice.Certificate).ToHex()}\n");
        list.Output.ShouldContain($"revoked sha256:{hash}\n");
        list.Output.ShouldNotContain("  sha256:");
        (await AskAsync("export")).Output.ShouldContain("\"stolen\"");
    }

    [Fact]
    public async Task A_certificate_of_two_identities_is_refused()
    {
        await AskAsync("add", "alice", "--san", "dns:alice.test");
        Run run = (await AskAsync("add", "mallory", "--san", "dns:ALICE.test")).IsUsageError();
        run.Errors.ShouldBe(["dns:ALICE.test is alice's: a certificate speaks for one identity"]);
        (await AskAsync("list")).Output.ShouldNotContain("mallory");
    }

    [Theory]
    [InlineData("add", "sallyport identities add needs NAME")]
    [InlineData("add alice --san alice.test", "--san is no alternative name")]
    [InlineData("add alice --san ip:nowhere", "--san is no alternative name")]
    [InlineData("add alice --san dns:*.test", "no certificate can fit dns:*.test")]
    [InlineData("add alice --not-before soon", "--not-before is no time")]
    [InlineData("add alice --certificate missing.pem", "missing.pem cannot be read")]
    [InlineData("add alice --certificate text.pem", "text.pem holds no certificate")]
    [InlineData("add alice --certificate junk.pem", "junk.pem holds a damaged certificate")]
    [InlineData("revoke abc", "abc cannot be read")]
    public async Task Tells_what_is_wrong_with_what_was_given(string line, string error)
    {
        ArgumentNullException.ThrowIfNull(line);
        _folder.Write("text.pem", "hello");
        _folder.Write("junk.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        await AskAsync("add", "bob");
        Run run = (await AskAsync(line.Split(' '))).IsUsageError();
        run.Errors.ShouldBe([error]);
        (await AskAsync("list")).Output.ShouldNotContain("alice");
    }

    [Theory]
    [InlineData(null, "no --store was given")]
    [InlineData("env:NOWHERE", "the environment variable NOWHERE is not set")]
    [InlineData("Host=db;Password=hunter2", "--store is a connection string, and every process of this machine can read a command line")]
    [InlineData("postgres://alice:hunter2@db/x", "--store is a connection string, and every process of this machine can read a command line")]
    [InlineData("env:BAD", "the connection string cannot be used")]
    [InlineData("env:ELSEWHERE", "the connection string cannot be used")]
    [InlineData("none.db", "there is no identity store at none.db")]
    public async Task Tells_what_is_wrong_with_the_store_and_no_secret(string? store, string error)
    {
        Run run = await Run.OfAsync(
            surroundings => surroundings with
            {
                WorkingDirectory = _folder.Path,
                Environment = name => name switch
                {
                    "BAD" => "hunter2",
                    "ELSEWHERE" => "Host=db.example;Password=hunter2",
                    _ => null,
                },
            },
            ["identities", "list", .. store is null ? Array.Empty<string>() : ["--store", store]]);
        run.IsUsageError().Errors.ShouldBe([error]);
        run.Error.ShouldNotContain("hunter2");
        Directory.GetFiles(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_that_is_no_store_or_a_server_that_is_not_there_is_no_mistake_of_usage()
    {
        _folder.Write("identities.db", new string('x', 5000));
        Run file = await AskAsync("list");
        (file.Code, file.Errors.Single()).ShouldBe((3, "the identity store cannot be reached or used"));
        Run server = await Run.OfAsync(
            surroundings => surroundings with { Environment = _ => $"Host={_folder.Path};Username=alice;Password=hunter2;Timeout=1" },
            ["identities", "list", "--store", "env:DB"]);
        (server.Code, server.Errors.Single()).ShouldBe((3, "the identity store cannot be reached or used"));
        server.Error.ShouldNotContain("hunter2");
        File.WriteAllBytes(Path.Combine(_folder.Path, "empty.db"), []);
        Run empty = await Run.OfAsync(surroundings => surroundings with { WorkingDirectory = _folder.Path }, ["identities", "list", "--store", "empty.db"]);
        (empty.Code, empty.Errors.Single()).ShouldBe((3, "the identity store has another schema than this program knows, or none"));
    }

    [Fact]
    public async Task No_control_character_of_a_stored_name_reaches_the_terminal()
    {
        (await AskAsync("add", "alice\u001b[31m")).IsUsageError();
        Run run = await AskAsync("add", "alice\u202Eevil", "--role", "a\u001b[31m");
        run.Code.ShouldBe(0, run.Error);
        string output = run.Output + (await AskAsync("list")).Output;
        output.ShouldContain("alice\\u202eevil");
        output.ShouldNotContain("\u001b");
        output.ShouldNotContain("\u202E");
    }

    [Fact]
    public async Task No_command_is_told_and_helped()
    {
        (await Run.OfAsync("identities")).IsUsageError().Errors.ShouldBe(["no command"]);
        foreach (string sub in (string[])["add", "list", "disable", "revoke", "export"])
        {
            Run help = await Run.OfAsync("identities", sub, "--help");
            help.Code.ShouldBe(0);
            help.Output.ShouldContain("--store");
        }
    }

    private Task<Run> AskAsync(params string[] args) => Run.OfAsync(
        surroundings => surroundings with { WorkingDirectory = _folder.Path, Environment = name => name == "USER" ? "tester" : null },
        ["identities", .. args, "--store", "identities.db"]);
}
