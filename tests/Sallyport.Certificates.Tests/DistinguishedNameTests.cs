using System;
using System.Linq;

namespace Sallyport.Certificates.Tests;

public sealed class DistinguishedNameTests
{
    [Fact]
    public void A_name_that_was_stored_is_read_again()
    {
        CertificateProfile.TryRead(Minted.SelfSigned(), out CertificateProfile? profile, out _).ShouldBeTrue();
        DistinguishedName issuer = profile.ShouldNotBeNull().Issuer;
        DistinguishedName.TryRead(issuer.Der.Span, out DistinguishedName? again).ShouldBeTrue();
        again.ShouldBe(issuer);
        again.Der.ShouldBe(issuer.Der);
        again.Text.ShouldBe(issuer.Text);
    }

    [Fact]
    public void What_is_no_name_is_not_read()
    {
        CertificateProfile.TryRead(Minted.SelfSigned(), out CertificateProfile? profile, out _).ShouldBeTrue();
        byte[] good = profile.ShouldNotBeNull().Issuer.Der.Span.ToArray();
        DistinguishedName.TryRead([], out _).ShouldBeFalse();
        DistinguishedName.TryRead([.. good, 0], out _).ShouldBeFalse();
        DistinguishedName.TryRead(good.AsSpan()[..^1], out _).ShouldBeFalse();
        DistinguishedName.TryRead([.. Enumerable.Repeat((byte)0x30, CertificateProfile.MaxDerBytes + 1)], out _).ShouldBeFalse();
    }
}
