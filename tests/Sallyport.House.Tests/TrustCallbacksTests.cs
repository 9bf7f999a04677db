using System.Linq;
using Sallyport.House.Tests.Rules;

namespace Sallyport.House.Tests;

public sealed class TrustCallbacksTests(Repository repository)
{
    [Fact]
    public void Only_the_reviewed_file_accepts_every_certificate() =>
        repository.Sources.SelectMany(TrustCallbacks.Violations).ShouldFindNothing();

    [Theory]
    [InlineData("class C { object M() => new SslStream(s, false, (_, _, _, _) => true); }")]
    [InlineData("class C { object M() => new O { RemoteCertificateValidationCallback = delegate { return true; } }; }")]
    [InlineData("class C { void M(O o) => o.ClientCertificateValidation = (_, _, _) => true; }")]
    [InlineData("class C { void M(O o) => o.ServerCertificateCustomValidationCallback += (a, b, c, d) => { Log(); return true; }; }")]
    [InlineData("class C { bool M(object s, X509Certificate? c, X509Chain? h, SslPolicyErrors e) => true; }")]
    [InlineData("class C { bool M(object s, X509Certificate? c, X509Chain? h, SslPolicyErrors e) { return true; } }")]
    [InlineData("class C { void M(O o) => o.AllowAnyClientCertificate(); }")]
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
