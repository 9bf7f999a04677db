using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Tls.Hello;

/// <summary>Sends one ClientHello and reads what is readable of the answer, without keys.</summary>
public static class HelloProbe
{
    /// <summary>Sends the hello with the default limits.</summary>
    /// <param name="stream">A fresh connection; left open, but of no further use.</param>
    /// <param name="request">What to say.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an answer.</param>
    /// <returns>The answer; nothing that the server sends makes this throw.</returns>
    public static Task<HelloAnswer> SendAsync(Stream stream, HelloRequest request, CancellationToken cancellationToken) =>
        SendAsync(stream, request, HelloLimits.Default, cancellationToken);

    /// <summary>Sends the hello.</summary>
    /// <param name="stream">A fresh connection; left open, but of no further use.</param>
    /// <param name="request">What to say.</param>
    /// <param name="limits">Time and bytes.</param>
    /// <param name="cancellationToken">The caller's own cancel; it throws, while the limit's time-out is an answer.</param>
    /// <returns>The answer; nothing that the server sends makes this throw.</returns>
    public static Task<HelloAnswer> SendAsync(Stream stream, HelloRequest request, HelloLimits limits, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Being written.");
}
