using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.AspNetCore.Identity;

/// <summary>Where identities live. The guard reads all of them into an immutable snapshot and asks for changes; no request waits for the store.</summary>
public interface ICertificateIdentityStore
{
    /// <summary>Reads the number of the latest change: it grows with every change of any identity, and never goes back.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<long> ReadEpochAsync(CancellationToken cancellationToken);

    /// <summary>Reads every identity, and the epoch that they are true for, as one consistent whole.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<StoredIdentities> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Returns when something may have changed; a store that cannot tell never returns, and is polled all the same.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task WaitForChangeAsync(CancellationToken cancellationToken);
}
