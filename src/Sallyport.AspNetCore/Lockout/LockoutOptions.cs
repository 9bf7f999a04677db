using System;
using System.Collections.Generic;
using System.Net;

namespace Sallyport.AspNetCore.Lockout;

/// <summary>What failures cost: before a certificate is verified an address only waits; after it, an account may be locked for a while.</summary>
/// <remarks>
/// Nothing that anybody can send without a valid certificate locks anybody out: a failed handshake counts against the address it came from (the /64 of an
/// IPv6 one) and delays the next ones from there, valid ones included, by <see cref="MaxAddressDelay"/> at most.
/// </remarks>
public sealed class LockoutOptions
{
    /// <summary>How many failed handshakes of an address within <see cref="Window"/> cost nothing. 1 to 1,000,000; 100 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 1,000,000.</exception>
    public int AddressFailures
    {
        get;
        set => field = value is >= 1 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 1,000,000 failures.");
    } = 100;

    /// <summary>The wait after the first failure too many; it doubles with every further one. 1 millisecond to 1 second; 10 milliseconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 millisecond to 1 second.</exception>
    public TimeSpan AddressDelay
    {
        get;
        set => field = value >= TimeSpan.FromMilliseconds(1) && value <= TimeSpan.FromSeconds(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 millisecond to 1 second.");
    } = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest wait of an address. Zero (no waiting) to 10 seconds; 200 milliseconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of zero to 10 seconds.</exception>
    public TimeSpan MaxAddressDelay
    {
        get;
        set => field = value >= TimeSpan.Zero && value <= TimeSpan.FromSeconds(10)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Zero to 10 seconds.");
    } = TimeSpan.FromMilliseconds(200);

    /// <summary>How many connections may wait at once; more go on without waiting, so that waiting is no way to use the server up. 1 to 100,000; 512 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 to 100,000.</exception>
    public int MaxWaiting
    {
        get;
        set => field = value is >= 1 and <= 100_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 to 100,000 connections.");
    } = 512;

    /// <summary>How many tokens that no issuer made, sent by an account with a verified certificate within <see cref="Window"/>, lock it. 3 to 1,000,000; 20 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 3 to 1,000,000.</exception>
    public int IdentityFailures
    {
        get;
        set => field = value is >= 3 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "3 to 1,000,000 failures.");
    } = 20;

    /// <summary>How long an account is locked the first time; it doubles each time in a row. 1 second to 1 hour; 10 seconds by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 1 hour.</exception>
    public TimeSpan IdentityLock
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 1 hour.");
    } = TimeSpan.FromSeconds(10);

    /// <summary>The longest lock of an account. 1 second to 1 hour; 5 minutes by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 1 hour.</exception>
    public TimeSpan MaxIdentityLock
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 1 hour.");
    } = TimeSpan.FromMinutes(5);

    /// <summary>The time over which failures are counted, and after which they are forgotten. 1 second to 1 hour; 1 minute by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 1 second to 1 hour.</exception>
    public TimeSpan Window
    {
        get;
        set => field = value >= TimeSpan.FromSeconds(1) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "1 second to 1 hour.");
    } = TimeSpan.FromMinutes(1);

    /// <summary>How many addresses, and how many accounts, are remembered; the longest unseen one is forgotten for a new one. 16 to 1,000,000; 16,384 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of 16 to 1,000,000.</exception>
    public int MaxRemembered
    {
        get;
        set => field = value is >= 16 and <= 1_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "16 to 1,000,000.");
    } = 16_384;

    /// <summary>Networks that never wait and are not counted as one address, such as load balancers that do not end TLS; none by default. Proxies of <see cref="Forwarding.ForwardingOptions"/> need not be here.</summary>
    public ICollection<IPNetwork> ExemptNetworks { get; } = [];

    /// <summary>
    /// Accounts that are never locked, such as a gateway that sends many users' tokens under a certificate of its own: any of its users
    /// could lock it for all others. None by default. Proxies of <see cref="Forwarding.ForwardingOptions"/> need not be here.
    /// </summary>
    public ICollection<string> ExemptIdentities { get; } = [];
}
