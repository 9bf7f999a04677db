using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Cli.Pki;
using Sallyport.Scan.Config;

namespace Sallyport.Cli.Tests;

public sealed class PkiCommandTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Init_writes_a_pki_that_a_scan_can_use_and_only_its_owner_can_read()
    {
        Run run = await PkiAsync("init", "new");
        run.Code.ShouldBe(0, run.Error);
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(TrialPki.Contents.Length);
        foreach ((string file, _) in TrialPki.Contents)
        {
            run.Output.ShouldContain(file);
            File.GetUnixFileMode(At("new", file)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.GetUnixFileMode(At("new")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var accepted = new ScanRequestReader(_ => null, At("new")).Read(new() { ConfigurationFile = "sallyport.yaml" }).ShouldBeOfType<ScanRequestAnswer.Accepted>();
        accepted.Request.Identities.Count(identity => identity.HasCertificate).ShouldBe(4);
        accepted.Request.ClientAuthority.ShouldNotBeNull().Key.ShouldNotBeNull();
        accepted.Request.Dispose();
    }

    [Fact]
    public async Task Init_overwrites_nothing()
    {
        string kept = _folder.Write("alice.key", "mine");
        Run run = (await PkiAsync("init", ".")).IsUsageError();
        run.Errors.ShouldBe([". holds alice.key already: nothing was written"]);
        (await File.ReadAllTextAsync(kept, TestContext.Current.CancellationToken)).ShouldBe("mine");
        Directory.GetFiles(_folder.Path).Length.ShouldBe(1);
        (await PkiAsync("init", "alice.key")).IsUsageError().Errors.ShouldBe(["alice.key cannot be written"]);
    }

    [Fact]
    public async Task Matrix_writes_every_bad_identity_with_a_table_and_again_when_asked()
    {
        Run first = await PkiAsync("matrix", "m");
        first.Code.ShouldBe(0, first.Error);
        string[] names = [.. first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0])];
        foreach (string rule in (string[])["mtls-101", "mtls-102", "mtls-103", "mtls-104", "mtls-105", "mtls-106", "mtls-107", "mtls-108", "mtls-109", "mtls-110", "mtls-114", "control"])
        {
            names.ShouldContain(name => name.StartsWith(rule, StringComparison.Ordinal));
        }

        string table = await File.ReadAllTextAsync(At("m", "matrix", "matrix.md"), TestContext.Current.CancellationToken);
        foreach (string name in names)
        {
            File.Exists(At("m", "matrix", name + ".pem")).ShouldBeTrue();
            File.GetUnixFileMode(At("m", "matrix", name + ".key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            table.ShouldContain($"| {name}.pem, .key |");
        }

        byte[] before = await File.ReadAllBytesAsync(At("m", "matrix", names[0] + ".pem"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(At("m", "matrix", "notes.txt"), "mine", TestContext.Current.CancellationToken);
        (await PkiAsync("matrix", "m")).Code.ShouldBe(0);
        (await File.ReadAllBytesAsync(At("m", "matrix", names[0] + ".pem"), TestContext.Current.CancellationToken)).ShouldNotBe(before);
        File.Exists(At("m", "matrix", "notes.txt")).ShouldBeTrue();
    }

    [Fact]
    public async Task Matrix_refuses_a_directory_that_is_no_pki_of_ours()
    {
        _folder.Write("alice.key", "mine");
        (await PkiAsync("matrix", ".")).IsUsageError().Errors.ShouldBe([". is no complete PKI of sallyport pki init"]);
        (await PkiAsync("init", "damaged")).Code.ShouldBe(0);
        await File.WriteAllTextAsync(At("damaged", "client-ca.key"), "junk", TestContext.Current.CancellationToken);
        (await PkiAsync("matrix", "damaged")).IsUsageError().Errors.ShouldBe(["a file in damaged is damaged"]);
    }

    private Task<Run> PkiAsync(params string[] args) =>
        Run.OfAsync(surroundings => surroundings with { WorkingDirectory = _folder.Path }, ["pki", .. args]);

    private string At(params string[] names) => Path.Combine([_folder.Path, .. names]);
}
