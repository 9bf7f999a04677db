using System;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Lockout;

/// <summary>What the gates tell and ask about failures. All from memory.</summary>
internal interface ILockout
{
    /// <summary>Asked by the transport gate before a handshake: waits if the address has failed too often lately. Never refuses.</summary>
    /// <param name="remote">The peer; null and what is no IP address never waits.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask WaitAsync(EndPoint? remote, CancellationToken cancellationToken);

    /// <summary>Asked by the transport gate: whether many clients stand behind an address that is known, so that it is not counted as one.</summary>
    /// <param name="remote">The peer.</param>
    bool IsExempt(EndPoint? remote) => false;

    /// <summary>Told by the transport gate: no chain was verified.</summary>
    /// <param name="remote">The peer.</param>
    void HandshakeFailed(EndPoint? remote);

    /// <summary>Told by the transport gate: a chain was verified. A trusted proxy's address is exempt from then on.</summary>
    /// <param name="remote">The peer.</param>
    /// <param name="certificate">Its certificate.</param>
    void HandshakePassed(EndPoint? remote, VerifiedClientCertificate certificate);

    /// <summary>Asked before a token of an account is looked at.</summary>
    /// <param name="identity">The account of the verified certificate; never a name that a token or header gave.</param>
    /// <returns>How long it is still locked; null when it is not.</returns>
    TimeSpan? LockedFor(string identity);

    /// <summary>Told when a token was refused that no issuer made.</summary>
    /// <param name="identity">The account of the verified certificate.</param>
    void IdentityFailed(string identity);

    /// <summary>The same, where more is known of the caller: a trusted proxy that speaks for itself is exempt, by whatever it is trusted.</summary>
    /// <param name="caller">Who sent it.</param>
    void CallerFailed(ICallerFeature caller) => IdentityFailed(caller.Identity.Name);

    /// <summary>Told when a token was accepted: its failures are forgotten.</summary>
    /// <param name="identity">The account of the verified certificate.</param>
    void IdentityPassed(string identity);
}
