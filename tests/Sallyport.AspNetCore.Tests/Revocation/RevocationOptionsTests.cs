using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Sallyport.AspNetCore.Revocation;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Tests.Revocation;

public sealed class RevocationOptionsTests
{
    [Fact]
    public void Everything_wrong_is_reported_together()
    {
        var options = new SallyportOptions();
        options.Trust.AnchorFiles.Add(" ");
        options.Trust.IntermediateFiles.Add("");
        options.Revocation.DenyListFile = "";
        options.Revocation.MaxCrlBytes = 10;
        options.Revocation.FetchTimeout = TimeSpan.Zero;
        options.Revocation.StartTimeout = TimeSpan.FromHours(1);
        options.Revocation.MaxSourceAge = TimeSpan.FromSeconds(1);
        options.Revocation.ExpiryWarning = TimeSpan.Zero;
        options.Revocation.Policy = new RevocationPolicy { MaxAge = TimeSpan.Zero };
        options.Revocation.Crl.AddFile("").AddUrl(new Uri("ftp://crl.example/ca.crl"), TimeSpan.Zero).AddUrl(new Uri("ca.crl", UriKind.Relative), TimeSpan.FromSeconds(1));
        options.Revocation.Crl.DistributionPointRefresh = TimeSpan.FromDays(8);
        options.Revocation.Ocsp.Responder(new Uri("http://me:secret@ocsp.example/")).Refresh = TimeSpan.FromSeconds(1);
        options.Revocation.Ocsp.ForgetAfter = TimeSpan.Zero;
        options.Revocation.Ocsp.MaxWatched = 0;
        options.Revocation.AllowedHosts.Add("http://crl.example/");
        options.Revocation.AllowedHosts.Add("*.example");
        var result = new RevocationOptionsCheck().Validate(null, options);
        string[] faults = [.. result.Failures.ShouldNotBeNull()];
        foreach (var option in (string[])
        [
            "Trust.AnchorFiles", "Trust.IntermediateFiles", "DenyListFile", "MaxCrlBytes", "FetchTimeout", "StartTimeout", "MaxSourceAge", "ExpiryWarning", "Policy.MaxAge",
            "Crl.Files", "Crl.Urls: \"ftp:", "Crl.Urls: \"ca.crl\"", "Crl.Urls: refresh", "DistributionPointRefresh", "Ocsp.Responders", "Ocsp.Refresh", "ForgetAfter",
            "MaxWatched", "\"http://crl.example/\"", "\"*.example\"",
        ])
        {
            faults.ShouldContain(f => f.Contains(option, StringComparison.Ordinal), option);
        }

        faults.ShouldNotContain(static f => f.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_there_by_default_is_right() => new RevocationOptionsCheck().Validate(null, new SallyportOptions()).Succeeded.ShouldBeTrue();

    [Fact]
    public void A_url_asked_more_seldom_than_its_list_may_be_old_is_a_mistake()
    {
        var options = new SallyportOptions();
        options.Revocation.MaxSourceAge = TimeSpan.FromHours(1);
        options.Revocation.Crl.AddUrl(new Uri("http://crl.example/ca.crl"), TimeSpan.FromHours(2));
        new RevocationOptionsCheck().Validate(null, options).Failures.ShouldNotBeNull().ShouldHaveSingleItem().ShouldContain("MaxSourceAge");
    }

    [Fact]
    public async Task The_host_does_not_start_with_wrong_options()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.AddSallyport(static options => options.Revocation.MaxCrlBytes = 10);
        using var host = builder.Build();
        var failure = await Should.ThrowAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken));
        failure.ToString().ShouldContain("MaxCrlBytes");
    }

    [Fact]
    public async Task Every_switch_that_lets_the_unknown_in_is_a_warning_at_each_start()
    {
        await using var house = Gatehouse.WithList(static options =>
        {
            options.Revocation.Policy = new RevocationPolicy { Mode = RevocationMode.WhenKnown };
            options.Revocation.Ocsp.UnsafeAllowMissingNonce = true;
        });
        await house.StartAsync();
        house.Log.Of(2365).ShouldHaveSingleItem();
        house.Log.Of(2366).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Without_any_source_the_start_says_that_nobody_will_be_let_in()
    {
        await using var house = new Gatehouse(static (house, options) =>
        {
            options.Trust.AddPemFile("ca.pem");
            house.Write("ca.pem", Gatehouse.Pem(house.Pki.ClientCa));
        });
        await house.StartAsync();
        house.Log.Of(2371).ShouldHaveSingleItem();
        house.Says(house.Pki.Alice).ShouldBe("RevocationUnknown:NoSource");
    }

    [Theory]
    [InlineData("http://crl.example/a", true)]
    [InlineData("http://CRL.example./a", false)]
    [InlineData("HTTP://CRL.EXAMPLE:80/a", true)]
    [InlineData("https://crl.example/a", true)]
    [InlineData("http://crl.example:8080/a", false)]
    [InlineData("http://other.example:8080/a", true)]
    [InlineData("http://other.example/a", false)]
    [InlineData("http://[::1]:81/a", true)]
    [InlineData("http://[::1]/a", false)]
    [InlineData("http://user@crl.example/a", false)]
    [InlineData("http://crl.example@evil.example/a", false)]
    [InlineData("http://evil.example/crl.example", false)]
    [InlineData("http://sub.crl.example/a", false)]
    [InlineData("ldap://crl.example/a", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("/a", false)]
    [InlineData("", false)]
    public void Only_the_named_places_are_allowed(string url, bool expected) =>
        new AllowedHosts(["crl.example", "other.example:8080", "[::1]:81"]).TryAllow(url, out _).ShouldBe(expected);

    [Fact]
    public void Waits_a_little_less_than_the_refresh_and_backs_off_after_failures()
    {
        var schedule = new RefreshSchedule(TimeSpan.FromMinutes(5), static () => 0);
        schedule.Next(true).ShouldBe(TimeSpan.FromMinutes(5));
        double[] seconds = [.. Enumerable.Range(0, 12).Select(_ => schedule.Next(false).TotalSeconds)];
        seconds.ShouldBe([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        schedule.IsFailing.ShouldBeTrue();
        schedule.Next(true).ShouldBe(TimeSpan.FromMinutes(5));
        schedule.Next(false).ShouldBe(TimeSpan.FromSeconds(1));

        var other = new RefreshSchedule(TimeSpan.FromMinutes(5), static () => 0.9999);
        other.Next(true).ShouldBeInRange(TimeSpan.FromMinutes(4.5), TimeSpan.FromMinutes(5));
        other.Next(false).ShouldBeInRange(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
    }
}
