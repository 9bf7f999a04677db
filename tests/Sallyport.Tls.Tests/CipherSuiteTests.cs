using System.Linq;

namespace Sallyport.Tls.Tests;

public sealed class CipherSuiteTests
{
    [Fact]
    public void The_registry_is_whole_and_has_no_twins()
    {
        CipherSuite.All.Length.ShouldBeGreaterThan(340);
        CipherSuite.All.Distinct().Count().ShouldBe(CipherSuite.All.Length);
        CipherSuite.All.ShouldAllBe(static suite => suite.IsScsv || (suite.KeyExchange.Length > 0 && suite.Encryption.Length > 0));
    }

    [Theory]
    [InlineData(0xC02B, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE", "ECDSA", "AES_128_GCM", "SHA256", 128)]
    [InlineData(0x1302, "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384", "any", "any", "AES_256_GCM", "SHA384", 256)]
    [InlineData(0x000A, "TLS_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA", "RSA", "RSA", "3DES_EDE_CBC", "SHA", 112)]
    [InlineData(0x0003, "TLS_RSA_EXPORT_WITH_RC4_40_MD5", "EXP-RC4-MD5", "RSA", "RSA", "RC4_40", "MD5", 40)]
    [InlineData(0x0034, "TLS_DH_anon_WITH_AES_128_CBC_SHA", "ADH-AES128-SHA", "DH", "anon", "AES_128_CBC", "SHA", 128)]
    [InlineData(0xCCAC, "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-PSK-CHACHA20-POLY1305", "ECDHE_PSK", "PSK", "CHACHA20_POLY1305", "SHA256", 256)]
    [InlineData(0x0002, "TLS_RSA_WITH_NULL_SHA", "NULL-SHA", "RSA", "RSA", "NULL", "SHA", 0)]
    [InlineData(0x0062, "TLS_RSA_EXPORT1024_WITH_DES_CBC_SHA", "EXP1024-DES-CBC-SHA", "RSA", "RSA", "DES_CBC", "SHA", 56)]
    public void A_name_says_what_the_suite_is(
        int number, string name, string openSsl, string exchange, string authentication, string encryption, string mac, int bits)
    {
        var suite = new CipherSuite((ushort)number);
        suite.Name.ShouldBe(name);
        suite.OpenSslName.ShouldBe(openSsl);
        (suite.KeyExchange, suite.Authentication, suite.Encryption, suite.Mac, suite.StrengthBits)
            .ShouldBe((exchange, authentication, encryption, mac, bits));
    }

    [Fact]
    public void Weak_suites_are_told_apart()
    {
        new CipherSuite(0x0002).ShouldSatisfyAllConditions(static s => s.IsNull.ShouldBeTrue(), static s => s.IsStaticRsa.ShouldBeTrue());
        new CipherSuite(0x0018).ShouldSatisfyAllConditions(static s => s.IsAnonymous.ShouldBeTrue(), static s => s.IsRc4.ShouldBeTrue());
        new CipherSuite(0x0008).ShouldSatisfyAllConditions(static s => s.IsExport.ShouldBeTrue(), static s => s.IsDes.ShouldBeTrue(), static s => s.IsCbc.ShouldBeTrue());
        new CipherSuite(0xC012).ShouldSatisfyAllConditions(static s => s.IsTripleDes.ShouldBeTrue(), static s => s.IsDes.ShouldBeFalse(), static s => s.IsForwardSecret.ShouldBeTrue());
        new CipherSuite(0xC0AE).ShouldSatisfyAllConditions(static s => s.IsCcm8.ShouldBeTrue(), static s => s.IsAead.ShouldBeTrue());
        new CipherSuite(0x1305).ShouldSatisfyAllConditions(static s => s.IsCcm8.ShouldBeTrue(), static s => s.IsTls13.ShouldBeTrue());
        new CipherSuite(0x1301).ShouldSatisfyAllConditions(static s => s.IsForwardSecret.ShouldBeTrue(), static s => s.IsStaticRsa.ShouldBeFalse());
    }

    [Fact]
    public void Unknown_reserved_and_signalling_numbers_keep_their_place()
    {
        new CipherSuite(0xC0FF).Name.ShouldBe("0xC0FF");
        new CipherSuite(0xC0FF).IsKnown.ShouldBeFalse();
        new CipherSuite(0x3A3A).Name.ShouldBe("GREASE");
        new CipherSuite(0x3A4A).IsGrease.ShouldBeFalse();
        CipherSuite.FallbackScsv.ShouldSatisfyAllConditions(static s => s.IsScsv.ShouldBeTrue(), static s => s.Encryption.ShouldBe(""), static s => s.IsTls13.ShouldBeFalse());
    }
}
