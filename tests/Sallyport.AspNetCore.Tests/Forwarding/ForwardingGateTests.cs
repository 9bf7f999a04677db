using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Tests.Lockout;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Forwarding;

/// <summary>Who is believed about somebody else's certificate, and what is left of the headers that everybody else sends.</summary>
public sealed class ForwardingGateTests : IDisposable
{
    private readonly EdgeTrust _edge;
    private readonly LabIdentity _proxy;
    private HttpContext? _passed;

    public ForwardingGateTests()
    {
        _edge = new EdgeTrust(static o => o.Forwarding.TrustProxy("gateway"));
        _proxy = _edge.Pki.Client("gateway");
        _edge.Directory.Name(_proxy, "gateway");
        _edge.Directory.Name(_edge.Pki.Alice, "alice");
    }

    public void Dispose() => _edge.Dispose();

    public static TheoryData<string> IdentityHeaderNames =>
    [
        "Client-Cert", "Client-Cert-Chain", "X-SSL-Client-Verify", "X-SSL-Client-S-DN", "SSL_CLIENT_VERIFY", "SSL_CLIENT_CERT", "SSL_CLIENT_S_DN", "SSL-Client-Cert",
        "X-SSL-Cert", "X-SSL-CERT", "X-Client-Verify", "X-ARR-ClientCert", "X-Client-Cert", "X-Forwarded-Client-Cert", "X-Forwarded-Tls-Client-Cert",
        "X-Forwarded-Tls-Client-Cert-Info", "X-Amzn-Mtls-Clientcert", "X-Amzn-Mtls-Clientcert-Leaf", "X-Amzn-Mtls-Clientcert-Subject", "X-Amzn-Mtls-Clientcert-Serial-Number",
        "MS-ASPNETCORE-CLIENTCERT", "X-User-Id", "X-User-Name", "X-Remote-User", "X-Auth-Request-User", "X-Auth-Request-Access-Token", "Remote-User", "X-MS-CLIENT-PRINCIPAL", "X-MS-CLIENT-PRINCIPAL-NAME",
        "X-Forwarded-User", "X-Forwarded-Email", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
        "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Anything", "Forwarded", "X-Real-IP", "True-Client-IP",
    ];

    [Theory]
    [MemberData(nameof(IdentityHeaderNames))]
    public async Task X20_An_identity_header_from_anybody_is_taken_away_in_every_spelling(string name)
    {
        string[] spellings = [name, name.ToLowerInvariant(), name.ToUpperInvariant(), name.Replace('-', '_'), name.Replace('_', '-'), Mixed(name)];
        foreach (string spelling in spellings)
        {
            foreach (LabIdentity? peer in (LabIdentity?[])[null, _edge.Pki.Bob])
            {
                HttpContext context = await AskAsync(peer, (spelling, "A"), ("Accept", "text/plain"), ("Authorization", "Bearer x"));
                string.Join(' ', context.Request.Headers.Keys.Order(StringComparer.Ordinal)).ShouldBe("Accept Authorization", spelling);
                _passed.ShouldNotBeNull();
            }
        }
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("Accept")]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("X-Request-Id")]
    [InlineData("X-Api-Key")]
    [InlineData("Sec-Fetch-Site")]
    [InlineData("Origin")]
    [InlineData("If-Match")]
    [InlineData("X-Users")]
    [InlineData("traceparent")]
    public async Task Other_headers_stay(string name) => (await AskAsync(_edge.Pki.Bob, (name, "v"))).Request.Headers[name].ToString().ShouldBe("v");

    [Fact]
    public async Task D14_A_forwarded_certificate_counts_only_from_a_peer_that_is_listed()
    {
        foreach (LabIdentity? peer in (LabIdentity?[])[null, _edge.Pki.Bob, _edge.Pki.Unmapped])
        {
            HttpContext context = await AskAsync(peer, (ClientCertHeader.Name, EdgeTrust.Header(_edge.Pki.Alice)));
            _passed.ShouldNotBeNull().Features.Get<IForwardedCertificateFeature>().ShouldBeNull();
            context.Response.StatusCode.ShouldBe(200);
        }
    }

    [Fact]
    public async Task A_listed_proxy_is_believed_and_nothing_else_that_it_says_about_identity_is()
    {
        HttpContext context = await AskAsync(
            _proxy, (ClientCertHeader.Name, EdgeTrust.Header(_edge.Pki.Alice)), ("X-Client-Cert", "bob"), ("X-User-Id", "1"), ("X-Original-URL", "/admin"), ("X-Forwarded-For", "192.0.2.1"));
        var feature = context.Features.Get<IForwardedCertificateFeature>().ShouldNotBeNull();
        feature.Certificate.Thumbprint.ShouldBe(EdgeTrust.Thumbprint(_edge.Pki.Alice));
        feature.Epoch.ShouldBe(_edge.Holder.Current.ShouldNotBeNull().Epoch);
        context.Request.Headers.Keys.ShouldBe(["X-Forwarded-For"]);
        _passed.ShouldBe(context);
    }

    [Fact]
    public async Task A_proxy_that_is_no_account_any_more_is_nobody()
    {
        _edge.Directory.Remove(_proxy);
        HttpContext context = await AskAsync(_proxy, (ClientCertHeader.Name, EdgeTrust.Header(_edge.Pki.Alice)));
        context.Features.Get<IForwardedCertificateFeature>().ShouldBeNull();
    }

    [Fact]
    public void A_proxy_may_be_listed_by_its_certificate()
    {
        using var edge = new EdgeTrust();
        var options = new SallyportOptions();
        options.Forwarding.TrustProxy(EdgeTrust.Thumbprint(edge.Pki.Bob));
        var proxies = new TrustedProxies(Microsoft.Extensions.Options.Options.Create(options), edge.Services);
        proxies.Trusts(edge.Verified(edge.Pki.Bob)).ShouldBeTrue();
        proxies.Trusts(edge.Verified(edge.Pki.Alice)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_forwarded_certificate_is_judged_like_one_that_is_shown()
    {
        _edge.Publish(_edge.Pki.Revoked);
        (LabIdentity Identity, string Reason)[] bad =
        [
            (_edge.Pki.Rogue, "BadSignature"), (_edge.Pki.Expired, "Expired"), (_edge.Pki.NotYetValid, "NotYetValid"), (_edge.Pki.Revoked, "Revoked"),
            (_edge.Pki.ServerUsageOnly, "PurposeMissing"), (_edge.Pki.SelfSigned, "UnknownIssuer"), (_edge.Pki.Other, "UnknownIssuer"),
        ];
        foreach ((LabIdentity identity, string reason) in bad)
        {
            HttpContext context = await AskAsync(_proxy, (ClientCertHeader.Name, EdgeTrust.Header(identity)));
            context.Response.StatusCode.ShouldBe(403, reason);
            _passed.ShouldBeNull();
            _edge.Audit.Events[^1].Reason.ShouldBe($"{AuditReasons.CertificateRefused}:{reason}");
            _edge.Audit.Events[^1].Certificate.ShouldBe(EdgeTrust.Thumbprint(identity));
        }
    }

    [Fact]
    public async Task A_forwarded_intermediate_helps_to_find_the_path()
    {
        LabIdentity below = _edge.Pki.ClientThroughIntermediate("below");
        (await AskAsync(_proxy, (ClientCertHeader.Name, EdgeTrust.Header(below)))).Response.StatusCode.ShouldBe(403);
        HttpContext context = await AskAsync(
            _proxy, (ClientCertHeader.Name, EdgeTrust.Header(below)), (ClientCertHeader.ChainName, ClientCertHeader.EncodeChain(EdgeTrust.Above(below))));
        context.Features.Get<IForwardedCertificateFeature>().ShouldNotBeNull();
    }

    [Fact]
    public async Task What_a_trusted_proxy_says_twice_or_wrongly_is_refused()
    {
        string alice = EdgeTrust.Header(_edge.Pki.Alice);
        string bob = EdgeTrust.Header(_edge.Pki.Bob);
        (string What, (string, StringValues)[] Headers)[] bad =
        [
            ("duplicate", [("Client-Cert", new StringValues([alice, bob]))]),
            ("duplicate", [("Client-Cert", new StringValues([alice, alice]))]),
            ("alias", [("Client-Cert", alice), ("Client_Cert", bob)]),
            ("alias", [("client_cert", alice)]),
            ("malformed", [("Client-Cert", alice + ", " + bob)]),
            ("malformed", [("Client-Cert", "")]),
            ("malformed", [("Client-Cert", alice[1..^1])]),
            ("malformed", [("Client-Cert", alice + ";a=b")]),
            ("malformed", [("Client-Cert", "-----BEGIN CERTIFICATE-----")]),
            ("malformed", [("Client-Cert", ":" + new string('A', 40_000) + ":")]),
            ("chain-alone", [("Client-Cert-Chain", alice)]),
            ("malformed-chain", [("Client-Cert", alice), ("Client-Cert-Chain", alice + ",")]),
            ("malformed-chain", [("Client-Cert", alice), ("Client-Cert-Chain", string.Join(',', Enumerable.Repeat(alice, 11)))]),
        ];
        foreach ((string what, (string, StringValues)[] headers) in bad)
        {
            HttpContext context = await AskAsync(_proxy, headers);
            context.Response.StatusCode.ShouldBe(400, what);
            _passed.ShouldBeNull();
            _edge.Audit.Reasons[^1].ShouldBe($"{AuditReasons.ForwardingRefused}:{what}");
            context.Request.Headers.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task A_proxy_without_a_forwarded_certificate_is_not_the_end_user()
    {
        (await AskAsync(_proxy)).Response.StatusCode.ShouldBe(403);
        _passed.ShouldBeNull();
        _edge.Audit.Reasons.ShouldBe([$"{AuditReasons.ForwardingRefused}:missing"]);
        _edge.Options.Forwarding.ProxyMaySpeakForItself = true;
        (await AskAsync(_proxy)).Response.StatusCode.ShouldBe(200);
        _passed.ShouldNotBeNull().Features.Get<IForwardedCertificateFeature>().ShouldBeNull();
    }

    [Fact]
    public async Task A_proxy_cannot_forward_itself_as_an_end_user()
    {
        (await AskAsync(_proxy, (ClientCertHeader.Name, EdgeTrust.Header(_proxy)))).Response.StatusCode.ShouldBe(403);
        _passed.ShouldBeNull();
    }

    [Fact]
    public void No_header_octets_make_the_gate_throw_or_believe() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200),
        Prop.ForAll(ArbMap.Default.ArbFor<Tuple<string, string, byte[]>[]>(), headers =>
        {
            string[] names = ["Client-Cert", "client_cert", "Client-Cert-Chain", "X-SSL-", "", "\u017fsl-client-cert", "X-Forwarded-\0"];
            var sent = headers.Select((h, i) => (
                Name: i % 2 == 0 ? names[i % names.Length] : h.Item1 ?? "",
                Value: i % 2 == 0 ? new StringValues(h.Item2) : new StringValues([h.Item2, ":" + Convert.ToBase64String(h.Item3 ?? []) + ":"])));
            foreach (LabIdentity? peer in (LabIdentity?[])[null, _proxy])
            {
                HttpContext context = AskAsync(peer, [.. sent.DistinctBy(static h => h.Name, StringComparer.OrdinalIgnoreCase)]).GetAwaiter().GetResult();
                if (context.Features.Get<IForwardedCertificateFeature>() is not null || context.Response.StatusCode is not (200 or 400 or 403))
                {
                    return false;
                }
            }

            return true;
        }));

    [Fact]
    public async Task A_forwarded_request_is_under_way_until_its_end_and_no_longer()
    {
        await AskAsync(_proxy, (ClientCertHeader.Name, EdgeTrust.Header(_edge.Pki.Alice)));
        _edge.Requests.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_forwarded_request_is_aborted_when_its_certificate_ends()
    {
        var time = new SteppedTime(DateTimeOffset.UnixEpoch.AddYears(56));
        using var edge = new EdgeTrust(static o => o.Forwarding.TrustProxy("gateway"), time);
        LabIdentity proxy = edge.Pki.Client("gateway");
        edge.Directory.Name(proxy, "gateway");
        edge.Directory.Name(edge.Pki.Alice, "alice");
        DefaultHttpContext context = Context(edge, proxy, (ClientCertHeader.Name, EdgeTrust.Header(edge.Pki.Alice)));
        using var lifetime = new Lifetime();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        await edge.Gate.InvokeAsync(context, inner =>
        {
            inner.RequestAborted.IsCancellationRequested.ShouldBeFalse();
            time.Step(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(2));
            inner.RequestAborted.IsCancellationRequested.ShouldBeTrue();
            return Task.CompletedTask;
        });
        edge.Audit.Reasons.ShouldBe([$"{AuditReasons.RequestAborted}:Expired"]);
    }

    private async Task<HttpContext> AskAsync(LabIdentity? peer, params (string Name, StringValues Value)[] headers)
    {
        _passed = null;
        DefaultHttpContext context = Context(_edge, peer, headers);
        await _edge.Gate.InvokeAsync(context, passed =>
        {
            _passed = passed;
            return Task.CompletedTask;
        });
        return context;
    }

    private static DefaultHttpContext Context(EdgeTrust edge, LabIdentity? peer, params (string Name, StringValues Value)[] headers)
    {
        var context = new DefaultHttpContext();
        if (peer is not null)
        {
            context.Features.Set(edge.Connection(peer));
        }

        foreach ((string name, StringValues value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }

    private static string Mixed(string name) => string.Concat(name.Select(static (c, i) => i % 2 == 0 ? char.ToUpperInvariant(c) : char.ToLowerInvariant(c))).Replace('-', '_');

    /// <summary>What a server does about an abort, as far as the application sees it.</summary>
    private sealed class Lifetime : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource _aborted = new();

        public CancellationToken RequestAborted
        {
            get => _aborted.Token;
            set => throw new NotSupportedException();
        }

        public void Abort() => _aborted.Cancel();

        public void Dispose() => _aborted.Dispose();
    }
}
