using System;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

/// <summary>Surveys targets over the network.</summary>
/// <param name="time">The clock.</param>
internal sealed class ScanSessions(TimeProvider time) : IScanSessions
{
    /// <inheritdoc/>
    public Task<IScanSession> OpenAsync(ScanRequest request, CancellationToken cancellationToken) => ScanSession.OpenAsync(request, time, cancellationToken);
}
