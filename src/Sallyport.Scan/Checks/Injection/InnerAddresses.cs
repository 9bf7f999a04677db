using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Injection;

/// <summary>SSRF-002: whether inner addresses and files can be read through the server.</summary>
internal sealed partial class InnerAddresses : InjectionCheck
{
    private static readonly ImmutableArray<(string Address, string What, Regex Content)> s_inner =
    [
        ("file:///etc/passwd", "a file of the system", Passwd()),
        ("http://169.254.169.254/latest/meta-data/", "the cloud's metadata", Metadata()),
        ("http://metadata.google.internal/computeMetadata/v1/", "the cloud's metadata", Metadata()),
        ("http://[fd00:ec2::254]/latest/meta-data/", "the cloud's metadata", Metadata()),
        ("http://2852039166/latest/meta-data/", "the cloud's metadata", Metadata()),
    ];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "SSRF-002",
        Title = "Inner addresses are read through the server",
        Category = Category.Ssrf,
        Severity = Severity.Critical,
        Mode = ScanMode.Intrusive,
        Standards = new() { Cwe = [918], OwaspApi = ["API7:2023"], PciDss = ["6.2.4"], Asvs = ["1.3.6", "13.2.4"] },
        Needs = Usual,
        Why = "An address has many spellings: a decimal number, IPv6, a name that resolves to it, another scheme. A list of what is forbidden never has them all.",
        Impact = "Files, metadata and the credentials in it, services that trust whoever is inside.",
        How = "Parameters that could hold an address get those of files, of the clouds' metadata services and of the target's own loopback under several spellings. The known content of a file or service is the proof; "
            + "for loopback it is the target's own port answering unlike a closed one, three times.",
        Sources = ["CWE-918", "OWASP API7:2023"],
        Remedies = CheckInput.Addresses,
    };

    /// <inheritdoc/>
    protected override int MaxPlaces => 8;

    /// <inheritdoc/>
    protected override Regex Preferred => Names();

    /// <inheritdoc/>
    protected override bool IsTried(InjectionPoint point) => !point.IsNumber && (point.Schema?.Format is "uri" or "url" || Names().IsMatch(point.Name) || point.Value.Contains("://", StringComparison.Ordinal));

    /// <inheritdoc/>
    protected override async Task<IReadOnlyCollection<ProbeResult>> TryAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        (Exchange control, HttpAnswer? sound, string before) = await SendAsync(context, point, point.With("http://localhost.invalid/", "an address that nothing has") with { Mode = ScanMode.Intrusive }, cancellationToken).ConfigureAwait(false);
        if (sound is null)
        {
            return [new(new Outcome.NotTested($"{point.Place}: {control.Summary}"))];
        }

        foreach ((string address, string what, Regex content) in s_inner)
        {
            (Exchange exchange, _, string text) = await SendAsync(context, point, point.With(address, what) with { Mode = ScanMode.Intrusive }, cancellationToken).ConfigureAwait(false);
            // What repeats the address has fetched nothing: its own words prove nothing (rule O2).
            string heard = text.Replace(address, "", StringComparison.OrdinalIgnoreCase).Replace(Uri.EscapeDataString(address), "", StringComparison.OrdinalIgnoreCase)
                .Replace(address.Replace("/", "\\/", StringComparison.Ordinal), "", StringComparison.OrdinalIgnoreCase);
            if (content.IsMatch(heard) && !content.IsMatch(before))
            {
                return [new(Failed(point, $"{address} was answered with {what}.", Confidence.Confirmed, control, exchange))];
            }
        }

        return [new(await LoopbackAsync(context, point, cancellationToken).ConfigureAwait(false))];
    }

    /// <summary>The target's own port against one that nobody listens on: unlike each other three times, and alike among themselves.</summary>
    private static async Task<Outcome> LoopbackAsync(CheckContext context, InjectionPoint point, CancellationToken cancellationToken)
    {
        int open = context.Survey.Address.Port;
        foreach (string host in new[] { "127.0.0.1", "[::1]", "2130706433", "127.1", "0.0.0.0" })
        {
            Exchange? seen = null;
            Exchange? closed = null;
            bool differs = true;
            for (int i = 0; i < 3 && differs; i++)
            {
                (seen, HttpAnswer? one, string text) = await SendAsync(context, point, point.With(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{open}/"), "the target's own port") with { Mode = ScanMode.Intrusive }, cancellationToken).ConfigureAwait(false);
                (closed, HttpAnswer? other, string nothing) = await SendAsync(context, point, point.With(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{Unused(i)}/"), "a closed port") with { Mode = ScanMode.Intrusive }, cancellationToken).ConfigureAwait(false);
                differs = one is not null && other is not null && (one.Status != other.Status || Math.Abs(text.Length - nothing.Length) > 40);
            }

            if (differs && seen is not null && closed is not null)
            {
                return Failed(point, $"The target's own port at {host} is answered unlike a closed one, three times.", Confidence.Firm, closed, seen);
            }
        }

        return new Outcome.Passed();
    }

    // Ports below 1024 that no service is assigned to, so that nothing of the target's answers there.
    private static int Unused(int i) => i switch { 0 => 4, 1 => 6, _ => 8 };

    private static Outcome.Failed Failed(InjectionPoint point, string observed, Confidence confidence, params ReadOnlySpan<Exchange> exchanges)
    {
        ImmutableArray<Evidence>.Builder evidence = ImmutableArray.CreateBuilder<Evidence>();
        foreach (Exchange exchange in exchanges)
        {
            evidence.Add(exchange.ToEvidence());
        }

        return new(new Flaw { Expected = "Inner addresses and files are not for callers.", Observed = $"{point.Place}: {observed}", Confidence = confidence, Evidence = evidence.ToImmutable() });
    }

    [GeneratedRegex("url|uri|link|href|callback|webhook|redirect|target|image|avatar|feed|host|endpoint|source|src|fetch|proxy", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Names();

    [GeneratedRegex(@"root:[^:\s]{0,100}:0:0:", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Passwd();

    [GeneratedRegex(@"(?m)^(?:ami-id|instance-id|iam/|security-credentials/|local-hostname)$|computeMetadata", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Metadata();
}
