using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Scan.Transport;

/// <summary>A listener of our own that the target can reach: what arrives proves that the target was made to call (rule O6).</summary>
internal interface ICallbackListener
{
    /// <summary>A fresh URL with a token of its own; use it for one injection only.</summary>
    /// <param name="purpose">What it is for, such as <c>AIA caIssuers</c>.</param>
    CallbackUrl Mint(string purpose);

    /// <summary>A fresh URL whose host is a name that only our own name server knows; use it for one injection only.</summary>
    /// <param name="purpose">What it is for.</param>
    /// <returns>The URL; <c>null</c> unless the user has named a zone that the target's resolver asks us about.</returns>
    CallbackUrl? MintNamed(string purpose);

    /// <summary>Who asked for the name of a <see cref="MintNamed"/> URL without calling it (yet).</summary>
    /// <remarks>Weaker than a call: who checks an address before he refuses it looks its name up as well.</remarks>
    /// <param name="url">The URL.</param>
    /// <returns>The question; <c>null</c> when the name was not asked for.</returns>
    CallbackHit? LookedUp(CallbackUrl url);

    /// <summary>Awaits hits below a URL that was made from a minted one, such as the addresses within a forged certificate.</summary>
    /// <param name="url">The URL, or how it begins; call this before it is injected.</param>
    /// <param name="purpose">What it is for.</param>
    CallbackUrl Below(string url, string purpose);

    /// <summary>Waits for a hit on a URL.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="cancellationToken">Cancels the wait; the scan's probe time-out ends it by itself.</param>
    /// <returns>The hit; <c>null</c> when none came in time.</returns>
    Task<CallbackHit?> WaitAsync(CallbackUrl url, CancellationToken cancellationToken);
}
