using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Takes every HTTP/3 endpoint and refuses it: no verdict is asked there when a certificate is missing.</summary>
internal sealed class UnguardedQuic : IMultiplexedConnectionListenerFactory
{
    public ValueTask<IMultiplexedConnectionListener> BindAsync(
        EndPoint endpoint, IFeatureCollection? features = null, CancellationToken cancellationToken = default) => throw new IOException(
            $"The endpoint {endpoint} asks for HTTP/3, which cannot be guarded: set its Protocols to HttpProtocols.Http1AndHttp2.");
}
