using System;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore.Connections;

/// <summary>A request whose identity a proxy forwarded: it alone ends, and on HTTP/2 the proxy's connection goes on.</summary>
/// <remarks>On HTTP/1.1 a request cannot end early without its connection, which carries nothing else at that moment.</remarks>
internal sealed class OpenRequest(CertificateStanding standing, HttpContext context, EndPoint? remote, DateTimeOffset openedAt)
    : Watched(standing, remote, openedAt)
{
    public override void Abort() => context.Abort();

    public override void Drain()
    {
        // What is in flight may finish, and nothing new can come on a request.
    }
}
