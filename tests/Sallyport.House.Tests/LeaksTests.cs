using System;
using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class LeaksTests(Repository repository)
{
    [Fact]
    public void No_tracked_file_holds_a_machine_path_a_registry_or_a_key() => repository.Files
        .Where(file => !file.EndsWith(".png", StringComparison.Ordinal))
        .SelectMany(file => Leaks.Violations(file, repository.Read(file)))
        .ShouldFindNothing();

    [Theory]
    [InlineData("open(\"/wo@rk/main/a.txt\")")]
    [InlineData("/ro@ot/.nuget")]
    [InlineData("see /ho@me/anna/notes")]
    [InlineData("C:\\Us@ers\\anna")]
    [InlineData("-----BEGIN PRIV@ATE KEY-----")]
    [InlineData("-----BEGIN EC PRIV@ATE KEY-----")]
    [InlineData("https://api.nu@get.org/v3/index.json")]
    // The mark keeps these lines from being found in this file.
    public void A_leak_is_found(string text) => Leaks.Violations("docs/a.md", text.Replace("@", "", StringComparison.Ordinal)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("tests/a.pem")]
    [InlineData("tests/a.pfx")]
    public void A_committed_certificate_is_found(string path) => Leaks.Violations(path, "").ShouldNotBeEmpty();

    [Theory]
    [InlineData("https://api.example.com/work/items")]
    [InlineData("docs/work/plan and /usr/lib/apache2/modules")]
    [InlineData("-----BEGIN CERTIFICATE-----")]
    public void What_names_no_machine_is_fine(string text) => Leaks.Violations("docs/a.md", text).ShouldBeEmpty();
}
