using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Engine;

/// <summary>Surveys targets.</summary>
internal interface IScanSessions
{
    /// <summary>Surveys a target once. A target that cannot be surveyed is an answer: <see cref="Survey.Failure"/>.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">Ends the survey.</param>
    Task<IScanSession> OpenAsync(ScanRequest request, CancellationToken cancellationToken);
}
