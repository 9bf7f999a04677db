using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

internal sealed class PendingSessions : IScanSessions
{
    public Task<IScanSession> OpenAsync(ScanRequest request, CancellationToken cancellationToken) => throw new System.NotSupportedException();
}
