using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class TrustFilesTests
{
    [Fact]
    public async Task Lets_in_who_leads_to_an_anchor_and_nobody_else()
    {
        await using var house = Gatehouse.WithList().Open();
        house.Epoch.ShouldBe(1);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Says(house.Pki.Other).ShouldBe("UnknownIssuer");
        house.Says(house.Pki.Rogue).ShouldBe("BadSignature");
    }

    [Fact]
    public async Task Publishes_nothing_while_nothing_changes()
    {
        await using var house = Gatehouse.WithList().Open();
        house.Poll();
        house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa) + "\n# the same authority, another file\n");
        house.Poll();
        house.Log.Of(2350).Count().ShouldBe(3);
        house.Epoch.ShouldBe(1);
    }

    [Fact]
    public async Task An_authority_that_is_removed_is_an_epoch_of_its_own()
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.Crl.AddFile("other.crl"));
        house.Write("other.crl", house.Pki.OtherClientCa.RevocationList());
        house.Open();
        house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa, house.Pki.OtherClientCa));
        house.Poll();
        house.Epoch.ShouldBe(2);
        house.Says(house.Pki.Other).ShouldBe("Verified");

        house.Write("ca.pem", Gatehouse.Pem(house.Pki.OtherClientCa));
        house.Poll();
        house.Epoch.ShouldBe(3);
        house.Says(house.Pki.Alice).ShouldBe("UnknownIssuer");
        house.Says(house.Pki.Other).ShouldBe("Verified");
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("empty")]
    [InlineData("noise")]
    [InlineData("leaf")]
    [InlineData("damaged")]
    [InlineData("missing")]
    [InlineData("huge")]
    public async Task A_broken_file_is_refused_and_the_last_good_content_stays(string way)
    {
        await using var house = Gatehouse.WithList().Open();
        var good = Gatehouse.Pem(house.Pki.ClientCa);
        switch (way)
        {
            case "missing":
                File.Delete(house.PathOf("ca.pem"));
                break;
            case "huge":
                house.Write("ca.pem", new byte[1024 * 1024 + 1]);
                break;
            default:
                house.Write("ca.pem", way switch
                {
                    "cut" => Gatehouse.Pem(house.Pki.OtherClientCa) + good[..^20],
                    "empty" => "",
                    "noise" => "nothing of value",
                    "leaf" => good + File.ReadAllText(house.Pki.Alice.CertificateFile),
                    _ => good + "-----BEGIN CERTIFICATE-----\nMAMCAQE=\n-----END CERTIFICATE-----\n",
                });
                break;
        }

        house.Poll();
        house.Poll();
        house.Log.Of(2351).Count().ShouldBe(1);
        house.Epoch.ShouldBe(1);
        house.Says(house.Pki.Alice).ShouldBe("Verified");

        house.Write("ca.pem", good);
        house.Poll();
        house.Epoch.ShouldBe(1);
        house.Write("ca.pem", Gatehouse.Pem(house.Pki.OtherClientCa));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("UnknownIssuer");
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_not_taken_before_it_stands_still()
    {
        await using var house = Gatehouse.WithList().Open();
        string both = Gatehouse.Pem(house.Pki.OtherClientCa, house.Pki.ClientCa);

        // The first of two certificates is whole already: only waiting tells that the second is to come.
        house.Write("ca.pem", Gatehouse.Pem(house.Pki.OtherClientCa));
        house.Refresher.Poll();
        house.Write("ca.pem", both);
        house.Refresher.Poll();
        house.Epoch.ShouldBe(1);
        house.Refresher.Poll();
        house.Epoch.ShouldBe(2);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Fact]
    public async Task d16_The_swap_of_a_folder_link_as_kubernetes_does_it_is_seen()
    {
        await using var house = new Gatehouse((_, options) =>
        {
            options.Trust.AddPemFile("mount/ca.pem");
            options.Revocation.Crl.AddFile("mount/ca.crl");
        });
        Directory.CreateDirectory(house.PathOf("mount"));
        Version("v1", house.Pki.ClientCa, house.List(1));
        File.CreateSymbolicLink(house.PathOf("mount/..data"), "v1");
        File.CreateSymbolicLink(house.PathOf("mount/ca.pem"), "..data/ca.pem");
        File.CreateSymbolicLink(house.PathOf("mount/ca.crl"), "..data/ca.crl");
        house.Open();
        house.Says(house.Pki.Alice).ShouldBe("Verified");

        Version("v2", house.Pki.ClientCa, house.List(2, house.Pki.Alice));
        File.Delete(house.PathOf("mount/..data"));
        File.CreateSymbolicLink(house.PathOf("mount/..data"), "v2");
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Epoch.ShouldBe(2);

        void Version(string name, LabAuthority authority, byte[] list)
        {
            Directory.CreateDirectory(house.PathOf($"mount/{name}"));
            house.Write($"mount/{name}/ca.pem", Gatehouse.Pem(authority));
            house.Write($"mount/{name}/ca.crl", list);

            // The same dates, as an archive would set them: content alone tells.
            File.SetLastWriteTimeUtc(house.PathOf($"mount/{name}/ca.pem"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            File.SetLastWriteTimeUtc(house.PathOf($"mount/{name}/ca.crl"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }
    }

    [Fact]
    public async Task Without_an_anchor_the_host_starts_closed_and_opens_when_the_file_comes()
    {
        await using var house = new Gatehouse((house, options) =>
        {
            options.Trust.AddPemFile("ca.pem").PollInterval = TimeSpan.FromMilliseconds(100);
            options.Revocation.Crl.AddFile("ca.crl");
        });
        house.Write("ca.crl", house.List(1));
        await house.StartAsync();
        house.Log.Of(2362).ShouldHaveSingleItem().ShouldContain("ca.pem");
        house.Holder.Current.ShouldBeNull();
        house.Says(house.Pki.Alice).ShouldBe("UnknownIssuer");

        house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
        await house.PublishedAsync(() => house.Epoch > 0);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
    }

    [Fact]
    public async Task Tells_once_which_of_the_operators_certificates_end_soon()
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.ExpiryWarning = TimeSpan.FromDays(1)).Open();
        house.Log.Of(2368).ShouldBeEmpty();
        house.Advance(TimeSpan.FromHours(25));
        house.Poll();
        house.Log.Of(2368).ShouldHaveSingleItem().ShouldContain("anchor");
    }
}
