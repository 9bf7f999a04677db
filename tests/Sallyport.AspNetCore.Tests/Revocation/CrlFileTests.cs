using System;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.AspNetCore.Revocation;
using Sallyport.Certificates.Revocation;
using Sallyport.Forge;
using Sallyport.Forge.Revocation;
using IssuingDistributionPoint = Sallyport.Forge.Revocation.IssuingDistributionPoint;
using RevocationReason = Sallyport.Forge.Revocation.RevocationReason;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class CrlFileTests
{
    private const int ListRefused = 2354;

    [Fact]
    public async Task X5_A_new_list_counts_at_once_although_the_old_one_is_good_for_hours()
    {
        await using var house = Gatehouse.WithList().Open();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Write("ca.crl", house.List(2, house.Pki.Alice));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
        house.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task A_list_may_be_pem_and_a_file_may_hold_several()
    {
        await using var house = Gatehouse.WithList();
        house.Write("ca.crl", Gatehouse.ListPem(house.Pki.OtherClientCa.RevocationList()) + Gatehouse.ListPem(house.List(1, house.Pki.Alice)));
        house.Open();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
    }

    [Fact]
    public async Task Yesterdays_list_does_not_bring_the_revoked_back_to_life()
    {
        await using var house = Gatehouse.WithList();
        byte[] old = house.List(1);
        house.Write("ca.crl", house.List(2, house.Pki.Alice));
        house.Open();
        house.Write("ca.crl", old);
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Log.Of(ListRefused).ShouldHaveSingleItem().ShouldContain(nameof(CrlFate.OlderThanAccepted));
        house.Epoch.ShouldBe(1);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, -60)]
    [InlineData(2, 0)]
    [InlineData(null, -1)]
    public async Task Behind_in_number_or_date_or_ahead_in_neither_is_not_newer(int? number, int seconds)
    {
        await using var house = Gatehouse.WithList();
        DateTimeOffset thisUpdate = house.Now.AddMinutes(-5);
        house.Write("ca.crl", house.List(2, house.Pki.Alice));
        house.Open();
        house.Write("ca.crl", house.List(0, spec => spec with { Number = number, ThisUpdate = thisUpdate.AddSeconds(seconds) }));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Log.Of(ListRefused).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(300, 1)]
    [InlineData(null, 1)]
    public async Task Ahead_in_number_or_date_and_behind_in_none_is_newer(int? number, int seconds)
    {
        await using var house = Gatehouse.WithList();
        DateTimeOffset thisUpdate = house.Now.AddMinutes(-5);
        house.Write("ca.crl", house.List(2, house.Pki.Alice));
        house.Open();
        house.Write("ca.crl", house.List(0, spec => spec with { Number = number, ThisUpdate = thisUpdate.AddSeconds(seconds) }));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Fact]
    public async Task A_forged_newer_list_gets_no_place_and_does_not_keep_the_real_one_out()
    {
        await using var house = Gatehouse.WithList().Open();
        house.Write("ca.crl", house.List(house.Pki.RogueCa.Authority, 99, spec => spec with { ThisUpdate = house.Now }));
        house.Poll();
        house.Log.Of(ListRefused).ShouldHaveSingleItem().ShouldContain(nameof(CrlFate.UnknownSigner));
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Write("ca.crl", house.List(2, house.Pki.Alice));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task A_list_of_tomorrow_waits_for_its_time()
    {
        await using var house = Gatehouse.WithList().Open();
        house.Write("ca.crl", house.List(2, spec => spec with { ThisUpdate = house.Now.AddHours(1) }, house.Pki.Alice));
        house.Poll();
        house.Log.Of(ListRefused).ShouldHaveSingleItem().ShouldContain(nameof(CrlFate.NotYetValid));
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Advance(TimeSpan.FromHours(2));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task A_list_that_nobody_can_date_or_understand_does_not_replace_a_good_one()
    {
        await using var house = Gatehouse.WithList().Open();
        house.Write("ca.crl", house.List(2, spec => spec with { NextUpdate = null }));
        house.Poll();
        house.Write("ca.crl", house.List(3, spec => spec with { ExtraExtensions = [new CertificateExtension("1.2.3.4", true, new byte[] { 5, 0 })] }));
        house.Poll();
        house.Log.Of(ListRefused).Count().ShouldBe(2);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_half_written_list_is_refused_and_the_last_good_one_stays(bool pem)
    {
        await using var house = Gatehouse.WithList().Open();
        byte[] whole = house.List(2, house.Pki.Alice);
        if (pem)
        {
            house.Write("ca.crl", Gatehouse.ListPem(whole)[..^30]);
        }
        else
        {
            house.Write("ca.crl", whole[..^7]);
        }

        house.Poll();
        house.Log.Of(2351).ShouldHaveSingleItem();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Epoch.ShouldBe(1);
        house.Write("ca.crl", whole);
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task X15_A_list_above_the_limit_is_not_read()
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.MaxCrlBytes = 1024).Open();
        house.Write("ca.crl", house.List(2, [.. Enumerable.Repeat(house.Pki.Alice, 40)]));
        house.Poll();
        house.Log.Of(2351).ShouldHaveSingleItem();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Fact]
    public async Task A_list_counts_as_soon_as_its_signer_is_configured_and_no_longer_than_that()
    {
        await using var house = Gatehouse.WithList(options => options.Trust.AddIntermediates("sub.pem"));
        var carol = house.Pki.ClientThroughIntermediate("carol");
        var sub = house.Pki.ClientCa.Authority.CreateIntermediate(CertificateAuthority.AuthoritySpec(
            DistinguishedName.CommonName("Sub"), house.Now.AddMinutes(-5), house.Now.AddDays(1), ForgeKey.P256()));
        house.Write("ca.crl", Gatehouse.ListPem(house.List(1)) + Gatehouse.ListPem(house.List(sub, 1, static spec => spec)));
        house.Open();
        house.Log.Of(ListRefused).ShouldHaveSingleItem().ShouldContain(nameof(CrlFate.UnknownSigner));
        house.Holder.Current.ShouldNotBeNull().Revocation.Lists.Length.ShouldBe(1);
        house.Says(carol).ShouldStartWith("RevocationUnknown");

        house.Write("sub.pem", System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", sub.Certificate.Span));
        house.Poll();
        house.Holder.Current.ShouldNotBeNull().Revocation.Lists.Length.ShouldBe(2);
        house.Epoch.ShouldBe(2);
    }

    [Fact]
    public async Task Lists_of_one_issuer_and_different_scope_do_not_replace_each_other()
    {
        await using var house = Gatehouse.WithList();
        byte[] users = house.List(1, spec => spec with { Scope = new IssuingDistributionPoint { OnlyUserCertificates = true } }, house.Pki.Alice);
        byte[] authorities = house.List(2, spec => spec with { ThisUpdate = house.Now, Scope = new IssuingDistributionPoint { OnlyAuthorityCertificates = true } });
        house.Write("ca.crl", Gatehouse.ListPem(users) + Gatehouse.ListPem(authorities));
        house.Open();
        house.Holder.Current.ShouldNotBeNull().Revocation.Lists.Length.ShouldBe(2);
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
    }

    [Fact]
    public async Task A_delta_list_revokes_and_takes_back_until_the_next_base()
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.Crl.AddFile("delta.crl"));
        house.Write("ca.crl", house.List(5, house.Pki.Bob));
        house.Write("delta.crl", house.List(6, spec => spec with { DeltaBase = 5 }, house.Pki.Alice));
        house.Open();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Revoked");

        RevokedEntry back = new() { Serial = house.Pki.Bob.Serial, RevokedAt = house.Now, Reason = RevocationReason.RemoveFromCrl };
        house.Write("delta.crl", house.List(7, spec => spec with { DeltaBase = 5, Entries = spec.Entries.Add(back) }, house.Pki.Alice));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
    }

    [Fact]
    public async Task A_base_whose_delta_has_grown_old_does_not_bring_back_whom_the_delta_revoked()
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.Crl.AddFile("delta.crl"));
        house.Write("ca.crl", house.List(5));
        house.Write("delta.crl", house.List(6, spec => spec with { DeltaBase = 5, NextUpdate = house.Now.AddHours(1) }, house.Pki.Alice));
        house.Open();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Advance(TimeSpan.FromHours(2));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldStartWith("RevocationUnknown");

        house.Write("ca.crl", house.List(6, house.Pki.Alice));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
    }

    [Fact]
    public async Task Unknown_is_refused_and_so_is_outdated()
    {
        await using var house = Gatehouse.WithList().Open();
        house.Advance(TimeSpan.FromHours(13));
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NotCurrent");
    }

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    public async Task A_list_that_grows_old_is_an_epoch_so_that_open_connections_are_judged_again(int? maxAgeHours)
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.Policy = new RevocationPolicy
        {
            MaxAge = maxAgeHours is { } hours ? TimeSpan.FromHours(hours) : null,
            Grace = TimeSpan.FromMinutes(10),
        }).Open();
        house.Advance(TimeSpan.FromHours(maxAgeHours ?? 12) - TimeSpan.FromMinutes(6));
        house.Poll();
        house.Epoch.ShouldBe(1);
        house.Advance(TimeSpan.FromMinutes(17));
        house.Poll();
        house.Poll();
        house.Epoch.ShouldBe(2);
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NotCurrent");
    }

    [Fact]
    public async Task Within_grace_an_outdated_list_counts_and_who_was_never_known_stays_refused()
    {
        await using var house = Gatehouse.WithList(options =>
        {
            options.Trust.AddPemFile("other.pem");
            options.Revocation.AllowWithinGrace(TimeSpan.FromHours(2));
        });
        house.Write("other.pem", Gatehouse.Pem(house.Pki.OtherClientCa));
        house.Write("ca.crl", house.List(1, house.Pki.Revoked));
        house.Open();
        house.Advance(TimeSpan.FromHours(13));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Says(house.Pki.Revoked).ShouldBe("Revoked");
        house.Says(house.Pki.Other).ShouldBe("RevocationUnknown:NoSource");
        house.Advance(TimeSpan.FromHours(2));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NotCurrent");
    }

    [Fact]
    public async Task Where_unknown_passes_an_outdated_list_still_says_who_is_revoked()
    {
        await using var house = Gatehouse.WithList(options =>
        {
            options.Revocation.Policy = new RevocationPolicy { Mode = RevocationMode.WhenKnown };
            options.Revocation.MaxSourceAge = TimeSpan.FromHours(1);
        });
        house.Write("ca.crl", house.List(1, house.Pki.Revoked));
        house.Open();
        System.IO.File.Delete(house.PathOf("ca.crl"));
        house.Advance(TimeSpan.FromHours(20));
        house.Poll();
        house.Says(house.Pki.Revoked).ShouldBe("Revoked");
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_list_that_its_file_no_longer_confirms_counts_for_the_policy_age_not_until_its_next_update(int graceHours)
    {
        await using var house = Gatehouse.WithList(options =>
        {
            options.Revocation.MaxSourceAge = TimeSpan.FromHours(1);
            options.Revocation.AllowWithinGrace(TimeSpan.FromHours(graceHours));
        }).Open();
        house.Advance(TimeSpan.FromHours(3.5));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Verified");

        System.IO.File.Delete(house.PathOf("ca.crl"));
        house.Advance(TimeSpan.FromHours(0.9 + graceHours));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Advance(TimeSpan.FromHours(0.2));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NotCurrent");
    }

    [Fact]
    public async Task A_base_without_the_deltas_that_came_since_does_not_say_good()
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.Crl.AddFile("delta.crl"));
        house.Write("ca.crl", house.List(5));
        house.Write("delta.crl", house.List(7, spec => spec with { DeltaBase = 6 }));
        house.Open();
        house.Says(house.Pki.Alice).ShouldStartWith("RevocationUnknown");
        house.Write("ca.crl", house.List(6, spec => spec with { ThisUpdate = house.Now }));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }
}
