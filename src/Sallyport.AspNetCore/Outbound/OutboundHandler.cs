using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Outbound;

/// <summary>The last handler of a client: https only, to the host that was asked for only; then the platform's, with everything off that acts on its own.</summary>
internal sealed class OutboundHandler(OutboundClient client, SallyportClientOptions options) : DelegatingHandler(Sockets(client, options))
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.RequestUri is not { IsAbsoluteUri: true, Scheme: "https" })
        {
            throw new HttpRequestException("This client speaks https only.");
        }

        if (request.RequestUri.UserInfo.Length > 0)
        {
            throw new HttpRequestException("Credentials do not belong into an address.");
        }

        // HTTP/3 makes connections of its own, which nobody here would judge; Alt-Svc may ask for it where a higher version is welcome.
        if (request.Version.Major > 2 || request.VersionPolicy == HttpVersionPolicy.RequestVersionOrHigher)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        }

        return base.SendAsync(request, cancellationToken);
    }

    private static SocketsHttpHandler Sockets(OutboundClient client, SallyportClientOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PreAuthenticate = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = options.MaxConnectionLifetime,
        ConnectTimeout = options.ConnectTimeout,
        ConnectCallback = client.Connector.ConnectAsync,

        // Never used: the callback above hands out finished TLS streams. Should any other way ever lead here, it trusts nobody.
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = static (_, _, _, _) => false },
    };
}
