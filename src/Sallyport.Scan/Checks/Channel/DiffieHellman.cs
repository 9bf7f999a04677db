using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Numerics;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
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
        How = "In each version from TLS 1.0 to 1.2 that is spoken, a hello that offers only DHE suites makes the server send its parameters in clear. The prime's length is read, it is tested for primality, and short primes are compared with those of RFC 2409 and RFC 3526.",
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

        List<KeyExchangeFacts> seen = [];
        List<string> unseen = [];
        foreach (VersionInventory inventory in versions.Classic.Where(static version => version > TlsVersion.Ssl3).Select(versions.Of))
        {
            if (!inventory.Suites.Any(IsWanted))
            {
                unseen.AddRange(inventory.IsComplete ? [] : [$"not every suite could be asked for ({inventory.Reason})"]);
            }
            else if (await ParametersAsync(context.Channel, inventory, inventory.Version == classic, cancellationToken).ConfigureAwait(false) is { } parameters)
            {
                seen.Add(parameters);
            }
            else
            {
                unseen.Add($"the server accepts DHE suites in {SpokenVersions.Name(inventory.Version)}, but its parameters were not seen");
            }
        }

        // Most servers have one prime for all versions; what differs is judged apart, and the worst counts.
        ImmutableArray<CheckResult> judged = [.. seen.DistinctBy(static one => Convert.ToHexString(one.DhPrime.AsSpan())).Select(Judge)];
        return (judged.IsEmpty, unseen.Count) switch
        {
            (true, 0) => CheckResult.NotApplicable("the server accepts no DHE suite"),
            (true, _) => CheckResult.NotTested(unseen[0]),
            _ => new()
            {
                Probes = [.. Info.Variants.Select(variant => new ProbeResult(Worst(judged, variant.Slug, unseen.FirstOrDefault())) { Variant = variant.Slug })],
                Facts = [.. judged.SelectMany(static one => one.Facts).Distinct()],
            },
        };
    }

    private static bool IsWanted(CipherSuite suite) => suite is { KeyExchange: "DHE", IsExport: false };

    private static Outcome Worst(ImmutableArray<CheckResult> judged, string variant, string? unseen)
    {
        ImmutableArray<Outcome> outcomes = [.. judged.SelectMany(static one => one.Probes).Where(probe => probe.Variant == variant).Select(static probe => probe.Outcome)];
        return outcomes.OfType<Outcome.Failed>().OrderByDescending(static one => one.Flaw.Severity).FirstOrDefault()
            ?? (unseen is null ? outcomes[0] : new Outcome.NotTested(unseen));
    }

    private static async Task<KeyExchangeFacts?> ParametersAsync(ChannelProfile channel, VersionInventory inventory, bool newest, CancellationToken cancellationToken)
    {
        if (newest)
        {
            // Asked for with the groups, which others need too.
            return (await channel.GroupsAsync(inventory.Version, cancellationToken).ConfigureAwait(false)).ExplicitDh is { DhPrime.IsEmpty: false } known ? known : null;
        }

        HelloExchange exchange = await channel.AskAsync(channel.Hello(inventory.Version, [.. inventory.Suites.Where(IsWanted)]), cancellationToken).ConfigureAwait(false);
        return exchange.Flight?.KeyExchange is { DhPrime.IsEmpty: false } parameters ? parameters : null;
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
