using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Transport;

/// <summary>Runs the user's programs that change the target's state. What was revoked is restored even when the scan ends early.</summary>
internal interface IHookRunner
{
    /// <summary>Whether a <c>revoke</c> hook was given.</summary>
    bool CanRevoke { get; }

    /// <summary>Runs the <c>revoke</c> hook; the scan runs <c>restore</c> at its end, whatever happens.</summary>
    /// <param name="cancellationToken">Ends the program.</param>
    Task<HookResult> RevokeAsync(CancellationToken cancellationToken);

    /// <summary>Runs the <c>restore</c> hook.</summary>
    /// <param name="cancellationToken">Ends the program.</param>
    Task<HookResult> RestoreAsync(CancellationToken cancellationToken);
}
