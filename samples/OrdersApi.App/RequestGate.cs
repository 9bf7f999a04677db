using System;
using System.Collections.Frozen;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using OrdersApi.App.Http;

namespace OrdersApi.App;

/// <summary>What a request must show before anything else: the name of its handshake, and a certificate that is still good.</summary>
internal sealed class RequestGate(FrozenSet<Weakness> weak, TransportGate transport)
{
    /// <summary>Runs before every route.</summary>
    public async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.IsHttps && !weak.Contains(Weakness.ForeignHost) && !IsForItsHandshake(context))
        {
            await Problem.Write(context, StatusCodes.Status421MisdirectedRequest, "this connection is for another name");
            return;
        }

        if (!weak.Contains(Weakness.TrustedConnection) && !weak.Contains(Weakness.AnyCertificate) && !weak.Contains(Weakness.TokenBeforeCertificate)
            && context.Connection.ClientCertificate is { } certificate && !transport.StillAdmits(certificate))
        {
            context.Response.Headers.Connection = HttpProtocol.IsHttp11(context.Request.Protocol) ? "close" : default;
            await Problem.Write(context, StatusCodes.Status401Unauthorized, "the certificate is no longer good");
            return;
        }

        await next(context);
    }

    /// <summary>A client that named no server asked for an address: then the address is what Host must say.</summary>
    private static bool IsForItsHandshake(HttpContext context)
    {
        var asked = context.Features.Get<ITlsHandshakeFeature>()?.HostName ?? "";
        var host = context.Request.Host.Host;
        return asked.Length == 0
            ? IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)
            : string.Equals(asked, host, StringComparison.OrdinalIgnoreCase) && OrdersApp.IsKnown(host);
    }
}
