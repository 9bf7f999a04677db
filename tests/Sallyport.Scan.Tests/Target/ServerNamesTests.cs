using System;
using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Tests.Target;

/// <summary>Names come out of the server's certificate: whatever stands there, only host names go on.</summary>
public sealed class ServerNamesTests
{
    [Theory]
    [InlineData("b.example")]
    [InlineData("B.Example")]
    [InlineData("xn--mnchen-3ya.example")]
    [InlineData("localhost")]
    [InlineData("1.example")]
    public void A_host_name_goes_on(string name) => Of(name).ShouldBe([name.ToLowerInvariant()]);

    [Theory]
    [InlineData("b.example\r\nX-Injected: 1")]
    [InlineData("b.example\0.evil")]
    [InlineData("b example")]
    [InlineData(" b.example")]
    [InlineData("\u001b[31mb.example")]
    [InlineData("*.example")]
    [InlineData("b*.example")]
    [InlineData("b_.example")]
    [InlineData("b.example:8443")]
    [InlineData("http://b.example/")]
    [InlineData("user@b.example")]
    [InlineData("-b.example")]
    [InlineData("b-.example")]
    [InlineData("b..example")]
    [InlineData("b.example.")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("")]
    [InlineData("target.example")]
    public void Anything_else_does_not(string name) => Of(name, "good.example").ShouldBe(["good.example"]);

    [Fact]
    public void Oversize_names_do_not()
    {
        string label = new('a', 64);
        string name = string.Join('.', Enumerable.Repeat(new string('b', 63), 4)) + ".c";
        Of(label + ".example", name, "good.example").ShouldBe(["good.example"]);
    }

    [Fact]
    public void Names_that_the_user_gave_come_first_and_once() => Of(["b.example", "c.example"], "c.example", "d.example").ShouldBe(["b.example", "c.example", "d.example"]);

    private static ImmutableArray<string> Of(params string[] inCertificate) => Of([], inCertificate);

    private static ImmutableArray<string> Of(string[] given, params string[] inCertificate)
    {
        TargetUrl.TryParse("https://target.example", out TargetUrl? target, out string? _).ShouldBeTrue();
        return ServerNames.Others(new() { Target = target!, Names = [.. given] }, [Certificate(inCertificate)]); // asserted
    }

    // The builder of the platform refuses odd names: they are written as they are.
    private static ImmutableArray<byte> Certificate(string[] names)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string name in names)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            }
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=server", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", writer.Encode(), critical: false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return [.. certificate.RawData];
    }
}
