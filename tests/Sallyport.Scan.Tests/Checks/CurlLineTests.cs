using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Checks;
using Sallyport.Scan.Checks.Enforcement;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Tests.Checks;

public sealed class CurlLineTests(CheckLab lab)
{
    [Fact]
    public async Task The_line_of_a_finding_repeats_it()
    {
        if (Binaries.WhyMissing("curl") is { } missing)
        {
            Assert.Skip(missing);
        }

        ScanReport report = await CheckLab.RunAsync(new EnforcedCertificate(), lab.Request((await lab.KestrelAsync()).Allow));
        ProcessStartInfo start = new("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(report.Findings.Single().Replay);
        start.Environment["SERVER_CA"] = lab.Pki.ServerCa.CertificateFile;
        using Process curl = Process.Start(start).ShouldNotBeNull();

        string said = await curl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        said.ShouldBe(LabApi.Profile("alice"), report.Findings.Single().Replay);
    }

    [Fact]
    public async Task Secrets_and_files_are_variables()
    {
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Allow);
        Identity alice = request.Identities[0] with { Token = new Secret("very-secret"), ApiKey = new Secret("also-secret") };
        request = request with { Identities = [alice] };
        Ask ask = new() { Title = "x", Route = Route.To(request.Target), Actor = Actor.Of(alice), Request = new() { Target = "/it's" } };

        string line = CurlLine.Of(ask, request).ShouldNotBeNull();

        line.ShouldContain("$ALICE_TOKEN");
        line.ShouldContain("$ALICE_API_KEY");
        line.ShouldContain("--cert \"$ALICE_CERT\" --key \"$ALICE_KEY\"");
        line.ShouldContain("'\\''");
        line.ShouldNotContain("secret");
    }

    [Fact]
    public async Task What_curl_cannot_repeat_has_no_line()
    {
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Allow);
        Ask ask = new() { Title = "x", Route = Route.To(request.Target), Actor = Actor.Nobody, Request = new() };

        CurlLine.Of(ask with { Script = script => script }, request).ShouldBeNull();
        CurlLine.Of(ask with { Route = ask.Route.WithHost("b.example") }, request).ShouldBeNull();
        CurlLine.Of(ask with { Route = ask.Route.WithServerName(null) }, request).ShouldBeNull();
        CurlLine.Of(ask with { Request = new() { Host = "b.example" } }, request).ShouldBeNull();
        CurlLine.Of(ask with { Request = null }, request).ShouldBeNull();
        CurlLine.Of(ask with { Actor = Actor.Nobody.With("forged", new() { Chain = [[1, 2, 3]] }) }, request).ShouldBeNull();
    }
}
