using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Takes, before any transport does, every address that is bound without the gate; and refuses it, so that the host does not start.</summary>
internal sealed class UnguardedEndpoints(EndpointMarks marks) : IConnectionListenerFactory, IConnectionListenerFactorySelector
{
    public bool CanBind(EndPoint endpoint) => !marks.TakeBuilt();

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => throw new IOException(
        $"The endpoint {endpoint} is not guarded: it was configured without Sallyport, in plain HTTP or with HTTPS of its own. Call UseSallyport() on "
        + "builder.WebHost, or on this endpoint's ListenOptions, and remove UseHttps from it. A call of ConfigureEndpointDefaults after UseSallyport() replaces it.");
}
