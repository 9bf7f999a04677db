using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>Believes RFC 9440's headers from a listed mTLS peer only, and takes every identity header away from everybody else before anything reads it.</summary>
internal sealed class ForwardingGate
{
    private readonly ForwardingOptions _options;
    private readonly IdentityHeaders _headers;
    private readonly TrustedProxies _proxies;
    private readonly CertificateJudge _judge;
    private readonly ForwardedRequests _requests;
    private readonly IAuditTrail _audit;

    public ForwardingGate(IOptions<SallyportOptions> options, TrustedProxies proxies, CertificateJudge judge, ForwardedRequests requests, IAuditTrail audit)
    {
        _options = options.Value.Forwarding;
        _headers = new IdentityHeaders(_options.IdentityHeaders);
        _proxies = proxies;
        _judge = judge;
        _requests = requests;
        _audit = audit;
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (_proxies.Any && context.Features.Get<IGuardedConnectionFeature>() is { Connection: { } connection } && IsFromProxy(connection))
        {
            return FromProxyAsync(context, connection, next);
        }

        Strip(context);
        return next(context);
    }

    /// <summary>Whether a connection is one of a listed proxy.</summary>
    public bool IsFromProxy(GuardedConnection connection) => _proxies.Any && _proxies.Trusts(connection.Certificate);

    /// <summary>Takes every identity header of somebody else away.</summary>
    public void Strip(HttpContext context) => _headers.Strip(context.Request.Headers, fromTrustedProxy: false);

    private async Task FromProxyAsync(HttpContext context, GuardedConnection connection, RequestDelegate next)
    {
        Claim claim = Read(context.Request.Headers);
        _headers.Strip(context.Request.Headers, fromTrustedProxy: true);
        switch (claim)
        {
            case Claim.None when _options.ProxyMaySpeakForItself:
                await next(context);
                break;

            case Claim.None:
                await RefuseAsync(context, StatusCodes.Status403Forbidden, $"{AuditReasons.ForwardingRefused}:missing", connection.Certificate.Thumbprint);
                break;

            case Claim.Garbage garbage:
                await RefuseAsync(context, StatusCodes.Status400BadRequest, $"{AuditReasons.ForwardingRefused}:{garbage.What}", connection.Certificate.Thumbprint);
                break;

            case Claim.Certificate forwarded:
                await JudgeAsync(context, forwarded, next);
                break;

            default:
                throw new InvalidOperationException("A claim is one of three.");
        }
    }

    private async Task JudgeAsync(HttpContext context, Claim.Certificate forwarded, RequestDelegate next)
    {
        Judgement judgement = _judge.Judge(forwarded.Leaf, forwarded.Chain);
        if (judgement.Verdict is ChainVerdict.Refused { Refusal: { } refusal })
        {
            await RefuseAsync(
                context,
                StatusCodes.Status403Forbidden,
                $"{AuditReasons.CertificateRefused}:{refusal.Reason}",
                CertificateThumbprint.Of(forwarded.Leaf),
                refusal.ToString());
            return;
        }

        VerifiedClientCertificate certificate = ((ChainVerdict.Verified)judgement.Verdict).Certificate;
        if (!_options.ProxyMaySpeakForItself && _proxies.Trusts(certificate))
        {
            // A proxy's certificate is no end user's, however it comes in.
            await RefuseAsync(context, StatusCodes.Status403Forbidden, $"{AuditReasons.ForwardingRefused}:proxy", certificate.Thumbprint);
            return;
        }

        context.Features.Set<IForwardedCertificateFeature>(new Forwarded(certificate, judgement.Epoch));
        context.Response.OnStarting(MarkAsync, context);
        using (_requests.Enter(context, certificate, forwarded.Chain, judgement.Epoch))
        {
            await next(context);
        }
    }

    /// <summary>Reads what a trusted proxy says. It says it once, in its one spelling, or it says nothing that can be believed.</summary>
    internal static Claim Read(IHeaderDictionary headers)
    {
        string? leaf = null;
        string? chain = null;
        foreach (KeyValuePair<string, StringValues> header in headers)
        {
            bool isChain = IdentityHeaders.AreOne(header.Key, ClientCertHeader.ChainName);
            if (!isChain && !IdentityHeaders.AreOne(header.Key, ClientCertHeader.Name))
            {
                continue;
            }

            // The spelling with an underscore came past the proxy: it does not know that it is the same name.
            if (header.Key.Contains('_', StringComparison.Ordinal))
            {
                return new Claim.Garbage("alias");
            }

            if (!isChain && header.Value.Count != 1)
            {
                return new Claim.Garbage("duplicate");
            }

            // A list may be spread over several lines (RFC 9440, section 2.3); a single item may not.
            _ = isChain ? chain = string.Join(',', header.Value.ToArray()) : leaf = header.Value[0] ?? "";
        }

        if (leaf is null)
        {
            return chain is null ? new Claim.None() : new Claim.Garbage("chain-alone");
        }

        if (!ClientCertHeader.TryDecode(leaf, out byte[]? der))
        {
            return new Claim.Garbage("malformed");
        }

        ImmutableArray<byte[]> above = [];
        return chain is null || ClientCertHeader.TryDecodeChain(chain, out above)
            ? new Claim.Certificate(der, [.. above.Select(static c => (ReadOnlyMemory<byte>)c)])
            : new Claim.Garbage("malformed-chain");
    }

    /// <summary>The answer depends on the forwarded certificate: no cache between may give it to somebody else (RFC 9440, section 2.4).</summary>
    private static Task MarkAsync(object state)
    {
        IHeaderDictionary headers = ((HttpContext)state).Response.Headers;
        headers.Append(HeaderNames.Vary, ClientCertHeader.Name);
        if (StringValues.IsNullOrEmpty(headers.CacheControl))
        {
            headers.CacheControl = "no-store";
        }

        headers.Remove(ClientCertHeader.Name);
        headers.Remove(ClientCertHeader.ChainName);
        return Task.CompletedTask;
    }

    private async Task RefuseAsync(HttpContext context, int status, string reason, CertificateThumbprint certificate, string? detail = null)
    {
        await _audit.RecordAsync(RequestEvents.Refused(context, reason) with { Certificate = certificate, Detail = detail }, context.RequestAborted);
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>What a trusted proxy's request says about a certificate.</summary>
    internal abstract record Claim
    {
        private Claim()
        {
        }

        /// <summary>Nothing.</summary>
        internal sealed record None : Claim;

        /// <summary>Nothing that can be believed.</summary>
        /// <param name="What">A finer code.</param>
        internal sealed record Garbage(string What) : Claim;

        /// <summary>A certificate, not yet judged.</summary>
        /// <param name="Leaf">DER.</param>
        /// <param name="Chain">DER of what comes above it.</param>
        internal sealed record Certificate(byte[] Leaf, ImmutableArray<ReadOnlyMemory<byte>> Chain) : Claim;
    }

    private sealed record Forwarded(VerifiedClientCertificate Certificate, long Epoch) : IForwardedCertificateFeature;
}
