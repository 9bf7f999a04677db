using System;
using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class BannedTests(Repository repository)
{
    [Fact]
    public void Nothing_banned_is_written_anywhere() => repository.Sources.SelectMany(Banned.Everywhere).ShouldFindNothing();

    [Fact]
    public void Nothing_in_production_is_left_to_be_written() =>
        repository.Below("src/", "samples/").SelectMany(Banned.InProduction).ShouldFindNothing();

    [Fact]
    public void No_test_waits_by_the_clock_or_is_skipped_for_good() =>
        repository.Below("tests/").SelectMany(Banned.InTests).ShouldFindNothing();

    [Fact]
    public void The_forge_shares_no_codec_with_what_verifies() =>
        repository.Below("src/Sallyport.Forge/").SelectMany(Banned.InTheForge).ShouldFindNothing();

    [Theory]
    [InlineData("#pragma warning disable CA1000\nclass C;")]
    [InlineData("[System.Diagnostics.CodeAnalysis.SuppressMessage(\"a\", \"b\")] class C;")]
    [InlineData("class C { object M() => System.DateTime.UtcNow; }")]
    [InlineData("class C { object M() => DateTimeOffset.Now; }")]
    [InlineData("class C { object M() => System.DateTime.Today; }")]
    [InlineData("class C { object M() => HttpClientHandler.DangerousAcceptAnyServerCertificateValidator; }")]
    [InlineData("class C { static int _count; }")]
    [InlineData("class C { private static readonly Dictionary<string, int> _cache = new(); }")]
    [InlineData("class C { private static readonly List<string> _seen = []; }")]
    [InlineData("class C { private static readonly ConcurrentDictionary<string, int> _cache = new(StringComparer.Ordinal); }")]
    [InlineData("class C { public static int Count { get; set; } }")]
    [InlineData("class C { string Name { get; init; } = default!; }")]
    [InlineData("class C { string Name { get; init; } = null!; }")]
    [InlineData("class C { string M(string? s) => s!; }")]
    [InlineData("class C\n{\n    // why\n\n    string M(string? s) => s!;\n}")]
    [InlineData("class C { string M(string? s) => s! + \"// no reason\"; }")]
    public void What_is_banned_is_found(string text) => Banned.Everywhere(Samples.Source(text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("class C { const int Limit = 3; static readonly string[] _names = [\"a\"]; }")]
    [InlineData("class C { private static readonly Dictionary<string, int> _table = new() { [\"a\"] = 1 }; }")]
    [InlineData("class C { object M(TimeProvider time) => time.GetUtcNow(); }")]
    [InlineData("class C { string M(string? s) => s!; // the caller has checked\n}")]
    [InlineData("class C\n{\n    // The caller has checked.\n    string M(string? s) => s!;\n}")]
    [InlineData("class C { bool M(bool b) => !b; string T => \"#pragma x!\"; }")]
    public void What_is_allowed_is_not_found(string text) => Banned.Everywhere(Samples.Source(text)).ShouldBeEmpty();

    [Theory]
    [InlineData("P:System.DateTime.UtcNow;")]
    [InlineData("P:System.DateTimeOffset.UtcNow;")]
    [InlineData("P:System.Security.Cryptography.X509Certificates.X509Certificate2.Thumbprint;")]
    [InlineData("M:System.Security.Cryptography.X509Certificates.X509Certificate.GetCertHashString;")]
    [InlineData("M:System.Security.Cryptography.X509Certificates.X509Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName);")]
    [InlineData("P:System.Net.Http.HttpClientHandler.DangerousAcceptAnyServerCertificateValidator;")]
    public void What_only_the_compiler_can_tell_is_an_error_of_the_build(string symbol)
    {
        repository.Read("eng/BannedSymbols.txt").ShouldContain(symbol);
        repository.Files.Where(file => file.EndsWith(".editorconfig", StringComparison.Ordinal))
            .SelectMany(file => repository.Read(file).Split('\n'))
            .Where(line => line.StartsWith("dotnet_diagnostic.RS0030", StringComparison.Ordinal))
            .ShouldBe(["dotnet_diagnostic.RS0030.severity = error"]);
        repository.Read("Directory.Build.props").ShouldContain("eng/BannedSymbols.txt");
    }

    [Fact]
    public void A_stub_is_found() =>
        Banned.InProduction(Samples.Source("class C { void M() => throw new System.NotImplementedException(); }")).ShouldNotBeEmpty();

    [Theory]
    [InlineData("class C { void M() => Thread.Sleep(10); }")]
    [InlineData("class C { Task M() => Task.Delay(10); }")]
    [InlineData("class C { [Fact(Skip = \"later\")] public void Works() { } }")]
    public void A_test_that_waits_or_skips_is_found(string text) => Banned.InTests(Samples.Source(text)).ShouldNotBeEmpty();

    [Fact]
    public void A_test_may_wait_for_ever_until_it_is_cancelled() =>
        Banned.InTests(Samples.Source("class C { Task M(CancellationToken c) => Task.Delay(Timeout.Infinite, c); }")).ShouldBeEmpty();

    [Fact]
    public void A_forge_that_borrows_a_codec_is_found() =>
        Banned.InTheForge(Samples.Source("using System.Formats.Asn1; class C;")).ShouldNotBeEmpty();
}
