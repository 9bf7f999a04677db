using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.AspNetCore.Tests.Forwarding;

/// <summary>What is passed on to a backend comes from the verified certificate and from nowhere else.</summary>
public sealed class ClientCertEmitterTests : IDisposable
{
    private readonly EdgeTrust _edge = new();

    public void Dispose() => _edge.Dispose();

    [Fact]
    public async Task X20_The_gateway_sets_the_verified_certificate_in_place_of_every_inbound_copy()
    {
        LabIdentity alice = _edge.Pki.ClientThroughIntermediate("alice");
        DefaultHttpContext context = Spoofed();
        context.Features.Set(_edge.Connection(alice));
        await PassAsync(context);
        context.Request.Headers[ClientCertHeader.Name].ToString().ShouldBe(EdgeTrust.Header(alice));
        context.Request.Headers[ClientCertHeader.ChainName].ToString().ShouldBe(ClientCertHeader.EncodeChain(EdgeTrust.Above(alice)));
        context.Request.Headers.Count.ShouldBe(2);
        ClientCertHeader.TryDecode(context.Request.Headers[ClientCertHeader.Name], out byte[]? der).ShouldBeTrue();
        CertificateThumbprint.Of(der).ShouldBe(EdgeTrust.Thumbprint(alice));
    }

    [Fact]
    public async Task An_inbound_copy_is_removed_when_there_is_no_certificate_at_all()
    {
        DefaultHttpContext context = Spoofed();
        await PassAsync(context);
        context.Request.Headers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_passes_the_current_requests_certificate_on_and_removes_what_the_code_has_set()
    {
        DefaultHttpContext context = new();
        context.Features.Set(_edge.Connection(_edge.Pki.Alice));
        HttpRequestMessage sent = await SendAsync(context, "https://backend.test/");
        sent.Headers.GetValues(ClientCertHeader.Name).ShouldBe([EdgeTrust.Header(_edge.Pki.Alice)]);
        sent.Headers.Select(static h => h.Key).ShouldBe([ClientCertHeader.Name]);
    }

    [Fact]
    public async Task A_client_outside_of_a_request_passes_nothing_on() =>
        (await SendAsync(null, "https://backend.test/")).Headers.ShouldBeEmpty();

    [Fact]
    public async Task Nothing_is_passed_on_without_tls()
    {
        DefaultHttpContext context = new();
        context.Features.Set(_edge.Connection(_edge.Pki.Alice));
        await Should.ThrowAsync<HttpRequestException>(() => SendAsync(context, "http://backend.test/"));
    }

    private static DefaultHttpContext Spoofed()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["Client-Cert"] = ":AAAA:";
        context.Request.Headers["CLIENT_CERT"] = ":AAAA:";
        context.Request.Headers["client_cert-chain"] = ":AAAA:";
        return context;
    }

    private static Task PassAsync(HttpContext context) => new ForwardingEmitterGate().InvokeAsync(context, static _ => Task.CompletedTask);

    private static async Task<HttpRequestMessage> SendAsync(HttpContext? context, string address)
    {
        var last = new Last();
        using var invoker = new HttpMessageInvoker(new ClientCertForwardingHandler(new HttpContextAccessor { HttpContext = context }) { InnerHandler = last });
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Client-Cert", ":AAAA:");
        request.Headers.Add("client_cert", ":AAAA:");
        using HttpResponseMessage answer = await invoker.SendAsync(request, TestContext.Current.CancellationToken);
        return last.Sent.ShouldNotBeNull();
    }

    private sealed class Last : HttpMessageHandler
    {
        public HttpRequestMessage? Sent { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Sent = request;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
