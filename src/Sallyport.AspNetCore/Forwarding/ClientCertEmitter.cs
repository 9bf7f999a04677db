using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Connections;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>Writes RFC 9440's headers for a server behind this one, from a verified certificate and nothing else.</summary>
internal static class ClientCertEmitter
{
    /// <summary>The certificate of a request: what authentication proved, else what was forwarded, else the TLS peer's.</summary>
    public static VerifiedClientCertificate? CertificateOf(HttpContext context) =>
        context.Features.Get<ICallerFeature>()?.Certificate
        ?? context.Features.Get<IForwardedCertificateFeature>()?.Certificate
        ?? context.Features.Get<IGuardedConnectionFeature>()?.Connection.Certificate;

    /// <summary>The leaf's value and, when there are intermediates, the chain's.</summary>
    public static (string Leaf, string? Chain) Encode(VerifiedClientCertificate certificate) =>
    (
        ClientCertHeader.Encode(certificate.Leaf.Der.Span),
        certificate.Path.Length > 1 ? ClientCertHeader.EncodeChain(certificate.Path.Skip(1).Select(static c => c.Der.Memory)) : null
    );
}

/// <summary>For a gateway that copies request headers to its backend: sets RFC 9440's headers on the request, after the forwarding gate took every inbound copy away.</summary>
internal sealed class ForwardingEmitterGate
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        IHeaderDictionary headers = context.Request.Headers;

        // Also when there is no certificate: an inbound copy must never pass (RFC 9440, section 2.4).
        foreach (string name in headers.Keys.Where(static n => IdentityHeaders.AreOne(n, ClientCertHeader.Name) || IdentityHeaders.AreOne(n, ClientCertHeader.ChainName)).ToArray())
        {
            headers.Remove(name);
        }

        if (ClientCertEmitter.CertificateOf(context) is { } certificate)
        {
            (string leaf, string? chain) = ClientCertEmitter.Encode(certificate);
            headers[ClientCertHeader.Name] = leaf;
            if (chain is not null)
            {
                headers[ClientCertHeader.ChainName] = chain;
            }
        }

        return next(context);
    }
}
