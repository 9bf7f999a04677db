using System;
using System.Collections.Generic;
using System.Net;
using Sallyport.AspNetCore.Identity;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Identity;

public sealed class IdentityDirectoryTests(IdentityLab shared) : IClassFixture<IdentityLab>, IDisposable
{
    private const string Upn = "1.3.6.1.4.1.311.20.2.3";
    private static readonly byte[] _upnValue = [0x0C, 5, .. "alice"u8];

    private readonly IdentityLab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public void A_directory_that_was_never_read_knows_nobody()
    {
        _lab.Directory.Epoch.ShouldBe(0);
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Stale>();
        _lab.Directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Stale>();
    }

    [Fact]
    public void D18_A_certificate_is_known_by_the_sha256_of_its_der()
    {
        _lab.Publish(7, IdentityLab.Named("alice", IdentityLab.Sha256(_lab.Pki.Alice)), IdentityLab.Named("bob", IdentityLab.Sha256(_lab.Pki.Bob)));
        Found(_lab.Pki.Alice).ShouldBe("alice");
        Found(_lab.Pki.Bob).ShouldBe("bob");
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Root)).ShouldBeOfType<IdentityAnswer.Unmapped>();
        _lab.Directory.Epoch.ShouldBe(7);
    }

    [Fact]
    public void D15_A_certificate_is_known_by_the_octets_of_its_issuer_and_serial_number()
    {
        CertificateProfile leaf = _lab.Verify(_lab.Pki.Alice).Leaf;
        _lab.Publish(1, IdentityLab.Named("alice", new CertificateMatch.IssuerSerial(leaf.Issuer, leaf.SerialNumber)));
        Found(_lab.Pki.Alice).ShouldBe("alice");
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Bob)).ShouldBeOfType<IdentityAnswer.Unmapped>();
        _lab.Publish(2, IdentityLab.Named("alice", new CertificateMatch.IssuerSerial(leaf.Subject, leaf.SerialNumber)));
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Unmapped>();
        _lab.Publish(3, IdentityLab.Named("alice", new CertificateMatch.IssuerSerial(leaf.Issuer, Octets.Of(leaf.SerialNumber.Span[1..]))));
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Unmapped>();
    }

    [Fact]
    public void D15_A_common_name_is_never_an_identity()
    {
        // The certificate says CN=alice and DNS alice.client.test; an account called alice is another thing.
        _lab.Publish(1, IdentityLab.Named("alice"), IdentityLab.Named("CN=alice", San(new GeneralName.Dns("alice"))));
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Unmapped>();
    }

    public static TheoryData<string, string, bool> Names => new()
    {
        { "dns:alice.client.test", "dns:alice.client.test", true },
        { "dns:ALICE.Client.test", "dns:alice.CLIENT.test", true },
        { "dns:xn--bcher-kva.test", "dns:b\u00FCcher.test", true },
        { "dns:alice.client.test", "dns:alice.client.test.", false },
        { "dns:alice.client.test", "dns:*.client.test", false },
        { "dns:alice.client.test", "dns:client.test", false },
        { "dns:alice.client.test", "uri:alice.client.test", false },
        { "uri:spiffe://corp.test/ns/a", "uri:spiffe://corp.test/ns/a", true },
        { "uri:spiffe://corp.test/ns/a", "uri:spiffe://CORP.test/ns/a", false },
        { "uri:spiffe://corp.test/ns/a", "uri:spiffe://corp.test/ns/a/", false },
        { "uri:spiffe://corp.test/ns/a", "uri:spiffe://corp.test/ns/A", false },
        { "email:alice@mail.test", "email:alice@MAIL.test", true },
        { "email:alice@mail.test", "email:Alice@mail.test", false },
        { "email:alice@mail.test", "email:mail.test", false },
        { "ip:192.0.2.7", "ip:192.0.2.7", true },
        { "ip:192.0.2.7", "ip:192.0.2.8", false },
        { "ip:192.0.2.7", "ip:::ffff:192.0.2.7", false },
        { "ip:2001:db8::7", "ip:2001:db8:0::7", true },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void D15_An_alternative_name_compares_as_its_kind_does(string inCertificate, string inStore, bool same)
    {
        ArgumentNullException.ThrowIfNull(inCertificate);
        ArgumentNullException.ThrowIfNull(inStore);
        // One PKI for all rows: only the directory is the row's own.
        LabIdentity client = shared.Pki.Client("alice", spec => spec with { SubjectAltNames = [Forged(inCertificate)] });
        _lab.Publish(1, IdentityLab.Named("alice", San(Written(inStore))));
        IdentityAnswer answer = _lab.Directory.Find(shared.Verify(client));
        (answer is IdentityAnswer.Known).ShouldBe(same, answer.ToString());
        (same || answer is IdentityAnswer.Unmapped).ShouldBeTrue();
    }

    [Fact]
    public void D15_A_user_principal_name_compares_by_type_and_octets()
    {
        LabIdentity client = _lab.Pki.Client("alice", spec => spec with { SubjectAltNames = [new Forge.GeneralName.Other(Upn, _upnValue)] });
        CertificateProfile leaf = _lab.Verify(client).Leaf;
        leaf.SubjectAlternativeNames.ShouldHaveSingleItem().ShouldBe(new GeneralName.OtherName(Upn, Octets.Of(_upnValue)));
        _lab.Publish(1, IdentityLab.Named("alice", San(new GeneralName.OtherName(Upn, Octets.Of(_upnValue)))));
        Found(client).ShouldBe("alice");
        _lab.Publish(2, IdentityLab.Named("alice", San(new GeneralName.OtherName("1.2.3", Octets.Of(_upnValue)))));
        _lab.Directory.Find(_lab.Verify(client)).ShouldBeOfType<IdentityAnswer.Unmapped>();
    }

    [Theory]
    [InlineData("alice.client.test\0.attacker.test")]
    [InlineData("*.client.test")]
    [InlineData("alice.client.test.")]
    [InlineData("alice client.test")]
    [InlineData("-alice.client.test")]
    [InlineData("alice..test")]
    [InlineData("b\u00FCcher.test")]
    [InlineData("")]
    public void D15_A_dns_name_that_is_none_stands_for_nobody(string name) => NameKey.Of(new GeneralName.Dns(name)).ShouldBeNull();

    [Theory]
    [InlineData("alice\0@mail.test")]
    [InlineData("@mail.test")]
    [InlineData("alice@mail.test\0")]
    [InlineData("a@b@mail.test")]
    [InlineData("alice@*.test")]
    public void D15_An_address_that_is_none_stands_for_nobody(string address) => NameKey.Of(new GeneralName.Email(address)).ShouldBeNull();

    [Theory]
    [InlineData("spiffe://corp.test/a\0b")]
    [InlineData("no-scheme")]
    [InlineData("http://corp.test/a b")]
    public void D15_A_uri_that_is_none_stands_for_nobody(string uri) => NameKey.Of(new GeneralName.Uri(uri)).ShouldBeNull();

    [Fact]
    public void A_spiffe_identity_is_the_only_uri_of_its_certificate()
    {
        LabIdentity two = _lab.Pki.Client("alice", spec => spec with { SubjectAltNames = [Forged("uri:spiffe://corp.test/a"), Forged("uri:spiffe://corp.test/b")] });
        _lab.Publish(1, IdentityLab.Named("a", San(new GeneralName.Uri("spiffe://corp.test/a"))));
        _lab.Directory.Find(_lab.Verify(two)).ShouldBeOfType<IdentityAnswer.Unmapped>();
    }

    [Fact]
    public void A_certificate_that_two_identities_claim_is_nobodys()
    {
        CertificateMatch name = San(new GeneralName.Dns("alice.client.test"));
        _lab.Publish(1, IdentityLab.Named("alice", name), IdentityLab.Named("mallory", IdentityLab.Sha256(_lab.Pki.Alice)));
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Ambiguous>();
        _lab.Publish(2, IdentityLab.Named("alice", name), IdentityLab.Named("mallory", San(new GeneralName.Dns("ALICE.client.test"))));
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Ambiguous>();
        // Disabled or not: who claims it must be settled first.
        _lab.Publish(3, IdentityLab.Named("alice", name), IdentityLab.Named("mallory", name) with { IsEnabled = false });
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Ambiguous>();
        _lab.Publish(4, IdentityLab.Named("alice", name, IdentityLab.Sha256(_lab.Pki.Alice)));
        Found(_lab.Pki.Alice).ShouldBe("alice");
    }

    [Fact]
    public void Two_identities_of_one_name_are_nobody()
    {
        _lab.Publish(1, IdentityLab.Named("alice", IdentityLab.Sha256(_lab.Pki.Alice)), IdentityLab.Named("alice", IdentityLab.Sha256(_lab.Pki.Bob)));
        _lab.Directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Ambiguous>();
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Ambiguous>();
    }

    [Fact]
    public void A_revoked_certificate_is_nobodys_whatever_it_fits()
    {
        CertificateIdentity alice = IdentityLab.Named("alice", San(new GeneralName.Dns("alice.client.test")));
        LabIdentity renewed = _lab.Pki.Client("alice");
        _lab.Directory.Publish(
            new StoredIdentities(1, [alice]) { Revoked = [CertificateThumbprint.Of(_lab.Pki.Alice.Certificate)] }, Moment.Of(_lab.Time));
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Unmapped>();
        Found(renewed).ShouldBe("alice");
    }

    [Fact]
    public void An_identity_that_is_disabled_or_out_of_its_dates_is_inactive()
    {
        CertificateIdentity alice = IdentityLab.Named("alice", IdentityLab.Sha256(_lab.Pki.Alice));
        DateTimeOffset now = _lab.Time.GetUtcNow();
        _lab.Publish(1, alice with { IsEnabled = false });
        _lab.Directory.FindByName("alice").ShouldBe(new IdentityAnswer.Inactive("alice"));
        _lab.Publish(2, alice with { NotBefore = now.AddSeconds(1) });
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBe(new IdentityAnswer.Inactive("alice"));
        _lab.Publish(3, alice with { NotAfter = now });
        Found(_lab.Pki.Alice).ShouldBe("alice");
        _lab.Time.Pass(TimeSpan.FromSeconds(1));
        _lab.Directory.FindByName("alice").ShouldBe(new IdentityAnswer.Inactive("alice"));
    }

    [Fact]
    public void A_name_is_compared_exactly()
    {
        _lab.Publish(1, IdentityLab.Named("alice"));
        _lab.Directory.FindByName("alice").ShouldBeOfType<IdentityAnswer.Known>().Epoch.ShouldBe(1);
        _lab.Directory.FindByName("Alice").ShouldBeOfType<IdentityAnswer.Unmapped>();
    }

    [Fact]
    public void What_was_not_confirmed_for_ten_seconds_lets_nobody_in_and_comes_back_with_the_confirmation()
    {
        _lab.Publish(5, IdentityLab.Named("alice", IdentityLab.Sha256(_lab.Pki.Alice)));
        _lab.Time.Pass(TimeSpan.FromSeconds(10));
        Found(_lab.Pki.Alice).ShouldBe("alice");
        _lab.Time.Pass(TimeSpan.FromTicks(1));
        _lab.Directory.Epoch.ShouldBe(0);
        _lab.Directory.Find(_lab.Verify(_lab.Pki.Alice)).ShouldBeOfType<IdentityAnswer.Stale>();
        _lab.Directory.Confirm(Moment.Of(_lab.Time));
        Found(_lab.Pki.Alice).ShouldBe("alice");
        _lab.Directory.Epoch.ShouldBe(5);
    }

    [Fact]
    public void A_confirmation_counts_from_when_the_store_was_asked_not_from_its_answer()
    {
        _lab.Publish(1, IdentityLab.Named("alice"));
        Moment asked = Moment.Of(_lab.Time);
        _lab.Time.Pass(TimeSpan.FromSeconds(11));
        _lab.Directory.Confirm(asked);
        _lab.Directory.Epoch.ShouldBe(0);
    }

    [Fact]
    public void A_machine_that_slept_knows_nobody_and_a_clock_set_back_refreshes_nothing()
    {
        _lab.Publish(1, IdentityLab.Named("alice"));
        _lab.Time.SetWall(TimeSpan.FromSeconds(11));
        _lab.Directory.Epoch.ShouldBe(0);
        _lab.Time.SetWall(TimeSpan.FromHours(-1));
        _lab.Directory.Epoch.ShouldBe(1);
        _lab.Time.Pass(TimeSpan.FromSeconds(11));
        _lab.Directory.Epoch.ShouldBe(0);
    }

    [Fact]
    public void The_epoch_never_goes_back_even_when_the_store_does()
    {
        var heard = new List<long>();
        _lab.Directory.Subscribe(heard.Add);
        _lab.Publish(7, IdentityLab.Named("alice"));
        _lab.Publish(5, IdentityLab.Named("alice"));
        _lab.Directory.StoreEpoch.ShouldBe(5);
        _lab.Publish(6, IdentityLab.Named("alice"));
        _lab.Publish(20, IdentityLab.Named("alice"));
        heard.ShouldBe([7, 8, 9, 20]);
    }

    [Fact]
    public void A_listener_that_throws_keeps_no_other_from_hearing()
    {
        var heard = new List<long>();
        _lab.Directory.Subscribe(static _ => throw new InvalidOperationException("broken"));
        _lab.Directory.Subscribe(heard.Add);
        _lab.Publish(3, IdentityLab.Named("alice"));
        heard.ShouldBe([3]);
        _lab.Directory.Epoch.ShouldBe(3);
    }

    [Fact]
    public void Listeners_hear_when_an_identitys_dates_pass_although_the_store_has_not_changed()
    {
        var heard = new List<long>();
        _lab.Directory.Subscribe(heard.Add);
        _lab.Publish(3, IdentityLab.Named("alice") with { NotAfter = _lab.Time.GetUtcNow().AddSeconds(2) });
        _lab.Directory.Confirm(Moment.Of(_lab.Time));
        heard.ShouldBe([3]);
        _lab.Time.Pass(TimeSpan.FromSeconds(3));
        _lab.Directory.Confirm(Moment.Of(_lab.Time));
        _lab.Directory.Confirm(Moment.Of(_lab.Time));
        heard.ShouldBe([3, 4]);
        _lab.Directory.StoreEpoch.ShouldBe(3);
    }

    private string Found(LabIdentity identity) => _lab.Directory.Find(_lab.Verify(identity)).ShouldBeOfType<IdentityAnswer.Known>().Identity.Name;

    private static CertificateMatch.AlternativeName San(GeneralName name) => new(name);

    private static Forge.GeneralName Forged(string text) => Split(text) switch
    {
        ("dns", var value) => new Forge.GeneralName.Dns(value),
        ("uri", var value) => new Forge.GeneralName.Uri(value),
        ("email", var value) => new Forge.GeneralName.Email(value),
        (_, var value) => new Forge.GeneralName.Ip(IPAddress.Parse(value)),
    };

    private static GeneralName Written(string text) => Split(text) switch
    {
        ("dns", var value) => new GeneralName.Dns(value),
        ("uri", var value) => new GeneralName.Uri(value),
        ("email", var value) => new GeneralName.Email(value),
        (_, var value) => new GeneralName.Ip(Octets.Of(IPAddress.Parse(value).GetAddressBytes())),
    };

    private static (string Kind, string Value) Split(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return (text[..colon], text[(colon + 1)..]);
    }
}
