using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class DenyListTests
{
    [Fact]
    public async Task A_denial_counts_before_the_call_returns_and_can_be_taken_back()
    {
        await using var house = Gatehouse.WithList().Open();
        var heard = new List<long>();
        house.Holder.Subscribe(state => heard.Add(state.Epoch));
        house.DenyList.Deny(Thumbprint(house.Pki.Alice));
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.DenyList.Denies(Thumbprint(house.Pki.Alice)).ShouldBeTrue();
        house.DenyList.Deny(Thumbprint(house.Pki.Alice));
        house.DenyList.Allow(Thumbprint(house.Pki.Alice)).ShouldBeTrue();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        heard.ShouldBe([2, 3]);
    }

    [Fact]
    public async Task The_file_is_read_again_and_nobody_can_take_back_what_it_says()
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.DenyListFile = "deny.txt");
        house.Write("deny.txt", "# stolen laptops\n\n");
        house.Open();
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        var colons = string.Join(':', Thumbprint(house.Pki.Bob).ToHex().ToUpperInvariant().Chunk(2).Select(static c => new string(c)));
        house.Write("deny.txt", $"{Thumbprint(house.Pki.Alice).ToHex()} # alice\r\n{colons}\n{Thumbprint(house.Pki.Root)}\n");
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Revoked");
        house.Says(house.Pki.Root).ShouldBe("Revoked");
        house.DenyList.Allow(Thumbprint(house.Pki.Alice)).ShouldBeFalse();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Theory]
    [InlineData("da39a3ee5e6b4b0d3255bfef95601890afd80709")]
    [InlineData("CN=alice")]
    [InlineData("0123456789abcdef")]
    public async Task A_line_that_is_no_sha256_refuses_the_file_and_the_last_good_one_stays(string line)
    {
        await using var house = Gatehouse.WithList(options => options.Revocation.DenyListFile = "deny.txt");
        house.Write("deny.txt", Thumbprint(house.Pki.Alice).ToHex());
        house.Open();
        house.Write("deny.txt", $"{Thumbprint(house.Pki.Bob).ToHex()}\n{line}\n");
        house.Poll();
        house.Log.Of(2351).ShouldHaveSingleItem().ShouldContain("line 2");
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
        File.Delete(house.PathOf("deny.txt"));
        house.Poll();
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
    }

    [Fact]
    public async Task Nobody_is_let_in_before_a_named_deny_list_was_read()
    {
        await using var house = Gatehouse.WithList(options =>
        {
            options.Trust.PollInterval = TimeSpan.FromMilliseconds(100);
            options.Revocation.DenyListFile = "deny.txt";
        });
        await house.StartAsync();
        house.Log.Of(2363).ShouldHaveSingleItem().ShouldContain("deny.txt");
        house.Holder.Current.ShouldBeNull();
        house.Write("deny.txt", Thumbprint(house.Pki.Bob).ToHex());
        await house.PublishedAsync(() => house.Epoch > 0);
        house.Says(house.Pki.Alice).ShouldBe("Verified");
        house.Says(house.Pki.Bob).ShouldBe("Revoked");
    }

    [Fact]
    public async Task d12_A_reader_never_waits_for_a_writer()
    {
        await using var house = Gatehouse.WithList().Open();
        using var publishing = new SemaphoreSlim(0);
        using var goOn = new ManualResetEventSlim();
        house.Holder.Subscribe(_ =>
        {
            publishing.Release();
            goOn.Wait(TimeSpan.FromSeconds(30));
        });
        var writing = Task.Run(() => house.DenyList.Deny(Thumbprint(house.Pki.Alice)), TestContext.Current.CancellationToken);
        await publishing.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        // The writer stands in the middle of publishing and holds every lock there is.
        house.Says(house.Pki.Alice).ShouldBe("Revoked");
        house.Says(house.Pki.Bob).ShouldBe("Verified");
        writing.IsCompleted.ShouldBeFalse();
        goOn.Set();
        await writing;
    }

    private static CertificateThumbprint Thumbprint(LabIdentity identity) => CertificateThumbprint.Of(identity.Forged.Leaf.Span);
}
