using System;
using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class TrustCallbacksTests(Repository repository)
{
    [Fact]
    public void Only_reviewed_files_accept_every_certificate() =>
        repository.Sources.SelectMany(TrustCallbacks.Violations).ShouldFindNothing();

    [Fact]
    public void Every_reviewed_file_is_there_and_a_test_s_needs_its_place_on_the_list() => TrustCallbacks.Reviewed
        .Where(one => !repository.Files.Contains(one.File)
            || (one.File.StartsWith("tests/", StringComparison.Ordinal) && !TrustCallbacks.Anywhere(repository.Sources.Single(source => source.Path == one.File)).Any()))
        .Select(static one => one.File)
        .ShouldFindNothing();

    [Fact]
    public void The_compiler_lets_the_same_files_pass_and_no_other()
    {
        string[] lines = repository.Read(".editorconfig").Split('\n');
        string[] sections = [.. lines.Index()
            .Where(static line => line.Item.StartsWith("dotnet_diagnostic.CA5359", StringComparison.Ordinal) && !line.Item.EndsWith("= error", StringComparison.Ordinal))
            .Select(line => lines[..line.Index].Last(static above => above.StartsWith('[')))];
        sections.ShouldBe(["[{src/Sallyport.Cli/Mitm/MitmConnection,tests/Sallyport.Interop.Tests/MitmTests,tests/Sallyport.Cli.Tests/MitmCommandTests,tests/Sallyport.AspNetCore.Tests/Outbound/BadServer}.cs]"]);
        TrustCallbacks.Reviewed.Select(static one => one.File[..^3]).ShouldContain(file => sections[0].Contains(file, StringComparison.Ordinal), 4);
    }

    [Theory]
    [InlineData("class C { object M() => new SslStream(s, false, (_, _, _, _) => true); }")]
    [InlineData("class C { object M() => new O { RemoteCertificateValidationCallback = delegate { return true; } }; }")]
    [InlineData("class C { void M(O o) => o.ClientCertificateValidation = (_, _, _) => true; }")]
    [InlineData("class C { void M(O o) => o.ServerCertificateCustomValidationCallback += (a, b, c, d) => { Log(); return true; }; }")]
    [InlineData("class C { bool M(object s, X509Certificate? c, X509Chain? h, SslPolicyErrors e) => true; }")]
    [InlineData("class C { bool M(object s, X509Certificate? c, X509Chain? h, SslPolicyErrors e) { return true; } }")]
    [InlineData("class C { void M(O o) => o.AllowAnyClientCertificate(); }")]
    [InlineData("class C { object M() => new SslStream(s, false, (_, _, _, errors) => errors >= SslPolicyErrors.None); }")]
    [InlineData("class C { object M() => new SslStream(s, false, (_, c, _, _) => c is null || c.Handle != IntPtr.Zero); }")]
    [InlineData("class C { void M(O o) => o.ClientCertificateValidation = (c, _, _) => c.NotAfter > DateTime.UnixEpoch; }")]
    [InlineData("class C { bool N(X509Certificate? c, SslPolicyErrors e) => c is null || (true); }")]
    public void A_callback_that_never_says_no_is_found(string text) => TrustCallbacks.Violations(Samples.Source(text)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("class C { object M() => new SslStream(s, false, (_, _, _, errors) => errors == SslPolicyErrors.None); }")]
    [InlineData("class C { object M() => list.Where(item => true); }")]
    public void A_callback_that_looks_is_fine(string text) => TrustCallbacks.Violations(Samples.Source(text)).ShouldBeEmpty();

    [Fact]
    public void The_reviewed_file_may() => TrustCallbacks.Violations(Samples.At(
        "src/Sallyport.Scan/Transport/ObservedServerTrust.cs",
        "class C { object M() => new SslStream(s, false, (_, _, _, _) => true); }")).ShouldBeEmpty();
}
