using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-004: the parameters of finite-field Diffie-Hellman.</summary>
internal sealed class DiffieHellman : Check
{
    private const int Enough = 2048;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-004",
        Title = "The server's Diffie-Hellman parameters are weak",
        Category = Category.Encryption,
        Severity = Severity.Medium,
        Variants =
        [
            new("short", "The Diffie-Hellman prime is shorter than 2048 bits", Severity.Medium),
            new("common", "The short Diffie-Hellman prime is one that many servers share", Severity.Medium),
            new("composite", "The Diffie-Hellman modulus is not prime", Severity.High),
        ],
        Standards = new() { Cwe = [326], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls],
        Why = "Whoever computes discrete logarithms in the server's group reads its sessions. 1024 bits are within reach of states, and the work for a prime that "
            + "many servers share is done once for all of them. A modulus that is no prime can hide a back door.",
        Impact = "Recorded sessions can be opened later, and with 512 bits while they run.",
        How = "A hello that offers only DHE suites makes the server send its parameters in clear. The prime's length is read, it is tested for primality, and short primes are compared with those of RFC 2409 and RFC 3526.",
        Sources = ["RFC 9325, section 4.4", "RFC 7919", "Adrian et al., CCS 2015 (Logjam), CVE-2015-4000", "CVE-2016-2217 (composite modulus)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        if (versions.NewestClassic is not { } classic || classic == TlsVersion.Ssl3)
        {
            return ChannelOutcome.NoClassic(versions);
        }

        VersionInventory inventory = versions.Of(classic);
        bool offered = inventory.Suites.Any(static suite => suite is { KeyExchange: "DHE", IsExport: false });
        if (!offered)
        {
            return inventory.IsComplete
                ? CheckResult.NotApplicable("the server accepts no DHE suite")
                : CheckResult.NotTested($"not every suite could be asked for ({inventory.Reason})");
        }

        GroupInventory groups = await context.Channel.GroupsAsync(classic, cancellationToken).ConfigureAwait(false);
        return groups.ExplicitDh is { DhPrime.IsEmpty: false } parameters
            ? Judge(parameters)
            : CheckResult.NotTested("the server accepts DHE suites, but its parameters were not seen");
    }

    /// <summary>Judges parameters as sent.</summary>
    /// <param name="parameters">Explicit parameters.</param>
    internal CheckResult Judge(KeyExchangeFacts parameters)
    {
        var prime = new BigInteger(parameters.DhPrime.AsSpan(), isUnsigned: true, isBigEndian: true);
        string? known = KnownPrimes.NameOf(prime);
        string described = $"{parameters.DhPrimeBits} bits{(known is null ? "" : $", the prime of {known}")}";
        Evidence evidence = ChannelOutcome.Listed("Diffie-Hellman parameters", "a ClientHello that offers only DHE suites", $"{described}, generator of {parameters.DhGeneratorBits} bits");
        bool isShort = parameters.DhPrimeBits < Enough;
        List<ProbeResult> probes =
        [
            new(isShort
                ? ChannelOutcome.Failed(parameters.DhPrimeBits < 1024 ? Severity.High : null, "a prime of 2048 bits or more", $"the server's prime has {described}", evidence)
                : new Outcome.Passed()) { Variant = "short" },
            new(isShort && known is not null
                ? ChannelOutcome.Failed("no shared prime below 2048 bits", $"the server uses {described}", evidence)
                : new Outcome.Passed()) { Variant = "common" },
            new(KnownPrimes.IsProbablyPrime(prime)
                ? new Outcome.Passed()
                : ChannelOutcome.Failed("a prime modulus", $"the modulus ({described}) fails the Miller-Rabin test", evidence)) { Variant = "composite" },
        ];
        return new() { Probes = [.. probes], Facts = [new(Info.Id, "Diffie-Hellman parameters", described)] };
    }
}
