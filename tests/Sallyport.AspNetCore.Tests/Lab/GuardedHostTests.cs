using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Lab;

public sealed class GuardedHostTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Serves_a_certificate_that_verifies(string version)
    {
        using var pki = new LabPki(System.TimeProvider.System);
        await using var host = await GuardedHost.StartAsync(pki);
        (await host.Client(pki.Alice, System.Version.Parse(version)).GetStringAsync("/whoami", TestContext.Current.CancellationToken))
            .ShouldBe(CertificateThumbprint.Of(pki.Alice.Certificate).ToHex());
    }

    [Fact]
    public async Task Refuses_everybody_else()
    {
        using var pki = new LabPki(System.TimeProvider.System);
        await using var host = await GuardedHost.StartAsync(pki);
        LabIdentity?[] others = [null, pki.Rogue, pki.SelfSigned, pki.Other, pki.Expired, pki.NotYetValid, pki.NoUsage, pki.ServerUsageOnly];
        foreach (var other in others)
        {
            await Should.ThrowAsync<HttpRequestException>(() => host.Client(other).GetAsync("/", TestContext.Current.CancellationToken), other?.Name ?? "(none)");
        }

        (await host.Client(pki.Alice).GetAsync("/", TestContext.Current.CancellationToken)).StatusCode.ShouldBe(HttpStatusCode.OK);
        host.Trust(pki.Alice);
        await Should.ThrowAsync<HttpRequestException>(() => host.Client(pki.Alice).GetAsync("/", TestContext.Current.CancellationToken));
    }
}
