using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests.Checks;
using Sallyport.Scan.Tests.Checks.Channel;

namespace Sallyport.Scan.Tests.Target;

public sealed class SurveyRunnerTests(CheckLab lab)
{
    [Fact]
    public async Task Tells_how_each_Kestrel_treats_a_client_without_a_certificate()
    {
        KestrelServer server = await lab.KestrelAsync();

        (await AuthenticationAsync(server.Off)).ShouldBe(new AuthVerdict.NotRequested());
        (await AuthenticationAsync(server.Allow)).ShouldBe(new AuthVerdict.Optional());
        (await AuthenticationAsync(server.Require)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Close));
        (await AuthenticationAsync(server.PublicName, lab.Pki.Other)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Close));
        (await AuthenticationAsync(server.SecretName)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Close));
    }

    [Fact]
    public async Task Sees_that_Kestrel_asks_later_when_it_delays()
    {
        Survey survey = await SurveyAsync((await lab.KestrelAsync()).Delay);

        survey.RequestedLater.ShouldBeTrue(survey.BaselineFailure);
        survey.Requested13.ShouldBe(false);
        survey.Authentication.ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
    }

    [Fact]
    public async Task Tells_how_each_nginx_treats_a_client_without_a_certificate()
    {
        NginxServer server = await lab.NginxAsync();

        (await AuthenticationAsync(server.Off)).ShouldBe(new AuthVerdict.NotRequested());
        (await AuthenticationAsync(server.Optional)).ShouldBe(new AuthVerdict.Optional());
        (await AuthenticationAsync(server.OptionalChecked)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
        (await AuthenticationAsync(server.OptionalNoCaChecked)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
        (await AuthenticationAsync(server.OptionalNoCaUnchecked)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
        (await AuthenticationAsync(server.Required)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
        (await AuthenticationAsync(server.RequiredWithCrl)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
        (await AuthenticationAsync(server.SecretName)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
        (await AuthenticationAsync(server.Legacy)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));
    }

    [Fact]
    public async Task Tells_how_each_HAProxy_treats_a_client_without_a_certificate()
    {
        HaproxyServer server = await lab.HaproxyAsync();

        (await AuthenticationAsync(server.None)).ShouldBe(new AuthVerdict.NotRequested());
        (await AuthenticationAsync(server.Optional)).ShouldBe(new AuthVerdict.Optional());
        (await AuthenticationAsync(server.Required)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Alert));
        (await AuthenticationAsync(server.SecretName)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Alert));
    }

    [Fact]
    public async Task Tells_how_each_Apache_treats_a_client_without_a_certificate()
    {
        ApacheServer server = await lab.ApacheAsync();

        (await AuthenticationAsync(server.None)).ShouldBe(new AuthVerdict.NotRequested());
        (await AuthenticationAsync(server.Optional)).ShouldBe(new AuthVerdict.Optional());
        (await AuthenticationAsync(server.Required)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Alert));
        Survey perLocation = await SurveyAsync(server.PerLocation);
        perLocation.RequestedLater.ShouldBeTrue(perLocation.BaselineFailure);
        perLocation.Authentication.ShouldBeOfType<AuthVerdict.Enforced>();
    }

    [Fact]
    public async Task Tells_how_each_Node_treats_a_client_without_a_certificate()
    {
        NodeServer server = await lab.NodeAsync();

        (await AuthenticationAsync(server.Off)).ShouldBe(new AuthVerdict.NotRequested());
        (await AuthenticationAsync(server.Optional)).ShouldBe(new AuthVerdict.Optional());
        (await AuthenticationAsync(server.Right)).ShouldBeOfType<AuthVerdict.Enforced>();
        (await AuthenticationAsync(server.Wrong)).ShouldBeOfType<AuthVerdict.Enforced>();
    }

    [Fact]
    public async Task Tells_how_each_openssl_treats_a_client_without_a_certificate()
    {
        OpensslServer server = await lab.OpensslAsync();

        (await AuthenticationAsync(server.Off)).ShouldBe(new AuthVerdict.NotRequested());
        (await AuthenticationAsync(server.Asked)).ShouldBe(new AuthVerdict.Optional());
        (await AuthenticationAsync(server.AskedAndChecked)).ShouldBe(new AuthVerdict.Optional());
        (await AuthenticationAsync(server.Demanded)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Alert));
        (await AuthenticationAsync(server.DemandedAndChecked)).ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Alert));
    }

    [Fact]
    public async Task Without_an_identity_a_refusal_that_names_its_cause_still_proves_that_one_is_required()
    {
        Survey nginx = await SurveyAsync(lab.Request((await lab.NginxAsync()).Required) with { Identities = [] });
        nginx.Authentication.ShouldBe(new AuthVerdict.Enforced(EnforcementPoint.Http));

        Survey kestrel = await SurveyAsync(lab.Request((await lab.KestrelAsync()).Require) with { Identities = [] });
        kestrel.Authentication.ShouldBeOfType<AuthVerdict.Unknown>();
    }

    [Fact]
    public async Task Knows_the_server_and_the_names_it_answers_to()
    {
        Survey survey = await SurveyAsync((await lab.NginxAsync()).Required);

        survey.ServerTrusted.ShouldBeTrue(survey.ServerDistrust);
        survey.Tls12.ShouldBe(true);
        survey.Tls13.ShouldBe(true);
        survey.Http2.ShouldBeTrue();
        survey.OtherNames.ShouldBe([LabApi.PublicHost, LabApi.SecretHost], ignoreOrder: true);
        survey.Stack.ShouldBe(Sallyport.Scan.Findings.ServerStack.Nginx);
        survey.Control.ShouldNotBeNull().Markers.ShouldContain(LabApi.Mark("alice"));
        survey.Handshakes.Single(h => h.Version == Sallyport.Tls.TlsVersion.Tls13).Request.ShouldNotBeNull().AuthorityNames.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Learns_what_the_second_identity_gets_at_its_own_resource()
    {
        Survey survey = await SurveyAsync(lab.Request((await lab.NginxAsync()).Required, lab.Pki.Alice, lab.Pki.Bob));

        survey.B.ShouldNotBeNull().Name.ShouldBe("bob");
        survey.ControlOfB.ShouldNotBeNull().Markers.ShouldContain(LabApi.Mark("bob"));
    }

    [Theory]
    [InlineData(HostileBehaviour.Silence, "says nothing")]
    [InlineData(HostileBehaviour.CloseAtOnce, "closes the connection")]
    [InlineData(HostileBehaviour.Reset, "closes the connection")]
    [InlineData(HostileBehaviour.Garbage, "does not speak TLS")]
    [InlineData(HostileBehaviour.Gigabyte, "does not speak TLS")]
    [InlineData(HostileBehaviour.EndlessRecords, "does not speak TLS")]
    [InlineData(HostileBehaviour.PlainHttp, "speaks plain HTTP")]
    [InlineData(HostileBehaviour.SlowDrip, "says nothing")]
    [InlineData(HostileBehaviour.HalfRecord, "says nothing")]
    public async Task Says_in_one_sentence_why_a_target_cannot_be_surveyed(HostileBehaviour behaviour, string words)
    {
        await using HostileServer server = HostileServer.Start(behaviour);
        ScanRequest request = lab.Request(server.Endpoint) with { Limits = new() { ProbeTimeout = TimeSpan.FromMilliseconds(500) } };

        Survey survey = await SurveyAsync(request);

        string failure = survey.Failure.ShouldNotBeNull();
        failure.ShouldContain(words);
        failure.ShouldNotContain('\n');
    }

    [Fact]
    public async Task Says_that_nobody_listens()
    {
        HostileServer gone = HostileServer.Start(HostileBehaviour.CloseAtOnce);
        ScanRequest request = lab.Request(gone.Endpoint);
        await gone.DisposeAsync();

        (await SurveyAsync(request)).Failure.ShouldNotBeNull().ShouldContain("refuses connections");
    }

    [Fact]
    public async Task Says_that_there_is_no_such_host()
    {
        TargetUrl.TryParse("https://host.invalid", out TargetUrl? nowhere, out _).ShouldBeTrue();
        ScanRequest request = lab.Request((await lab.KestrelAsync()).Off) with { Target = nowhere!, ConnectTo = null }; // asserted

        (await SurveyAsync(request)).Failure.ShouldNotBeNull().ShouldContain("host.invalid");
    }

    [Fact]
    public async Task Says_that_the_http_port_speaks_TLS()
    {
        NginxServer nginx = await lab.NginxAsync();
        TargetUrl.TryParse($"http://localhost:{nginx.Required.Port}", out TargetUrl? plain, out _).ShouldBeTrue();

        (await SurveyAsync(lab.Request(nginx.Required) with { Target = plain! })).Failure.ShouldNotBeNull().ShouldContain("https://"); // asserted
    }

    [Fact]
    public async Task Withholds_a_token_from_a_server_that_it_cannot_verify_and_says_so()
    {
        LabEndpoint site = (await lab.KestrelAsync()).Allow;
        ScanRequest request = lab.Request(site);
        request = request with
        {
            ServerRoots = [[.. lab.Pki.ClientCa.Authority.Certificate.Span]],
            Identities = [request.Identities[0] with { Token = new Secret("a-token-that-must-not-travel") }],
        };

        Survey survey = await SurveyAsync(request);

        survey.ServerTrusted.ShouldBeFalse();
        survey.ServerDistrust.ShouldNotBeNull().ShouldContain("given server CA");
        survey.Control.ShouldNotBeNull().First.Withheld.ShouldNotBeNull().ShouldContain("not trusted");
    }

    [Theory]
    [InlineData(0xC076, null)]
    [InlineData(0xFFFF, false)]
    public async Task A_refused_hello_is_no_refused_version_while_another_hello_is_welcome(int suite, bool? offered)
    {
        // handshake_failure to the usual hello: once for the want of a Camellia suite, once to every hello of TLS 1.2 and 1.3.
        await using HelloServer server = HelloServer.Start(new() { Suite = (ushort)suite, Tls13 = false });

        Survey survey = await SurveyAsync(server.Endpoint);

        survey.Tls12.ShouldBe(offered);
        survey.Tls13.ShouldBe(false);
        survey.Handshakes.Single(handshake => handshake.Version == Tls.TlsVersion.Tls12).State.ShouldBe(offered == false ? RequestState.NotOffered : RequestState.Undecided);
    }

    private async Task<AuthVerdict> AuthenticationAsync(LabEndpoint site, params ImmutableArray<Sallyport.Lab.Pki.LabIdentity> identities)
    {
        Survey survey = await SurveyAsync(lab.Request(site, identities));
        survey.Failure.ShouldBeNull();
        if (survey.Authentication is AuthVerdict.Unknown unknown)
        {
            TestContext.Current.AddWarning($"{site.Site}: {unknown.Reason}; baseline: {survey.BaselineFailure}");
        }

        return survey.Authentication;
    }

    private Task<Survey> SurveyAsync(LabEndpoint site) => SurveyAsync(lab.Request(site));

    private static async Task<Survey> SurveyAsync(ScanRequest request)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        await using IScanSession session = await ScanSession.OpenAsync(request, TimeProvider.System, limit.Token);
        return session.Survey;
    }
}
