using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Forwarding;

/// <summary>Passes the current request's certificate on to a backend in RFC 9440's headers; removes whatever the caller's code put there.</summary>
internal sealed class ClientCertForwardingHandler(IHttpContextAccessor accessor) : DelegatingHandler
{
    /// <summary>Sends; over TLS only, as the backend must know who says so.</summary>
    /// <exception cref="HttpRequestException">The backend's address is not https.</exception>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        foreach (string name in request.Headers.NonValidated.Select(static h => h.Key)
            .Where(static n => IdentityHeaders.AreOne(n, ClientCertHeader.Name) || IdentityHeaders.AreOne(n, ClientCertHeader.ChainName))
            .ToArray())
        {
            request.Headers.Remove(name);
        }

        if (accessor.HttpContext is { } context && ClientCertEmitter.CertificateOf(context) is { } certificate)
        {
            if (request.RequestUri is not { IsAbsoluteUri: true, Scheme: "https" })
            {
                throw new HttpRequestException("A client certificate is forwarded over https only: a backend cannot know who sent it otherwise.");
            }

            (string leaf, string? chain) = ClientCertEmitter.Encode(certificate);
            request.Headers.Add(ClientCertHeader.Name, leaf);
            if (chain is not null)
            {
                request.Headers.Add(ClientCertHeader.ChainName, chain);
            }
        }

        return base.SendAsync(request, cancellationToken);
    }
}
