using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Channel;

/// <summary>TLS-006: the server signs its key exchange with SHA-1 or MD5.</summary>
internal sealed class ServerSignatures : Check
{
    private static readonly ImmutableArray<SignatureScheme> s_md5 = [new(0x0101), new(0x0103), new(0x0102)];
    private static readonly ImmutableArray<SignatureScheme> s_sha1 = [SignatureScheme.RsaPkcs1Sha1, SignatureScheme.EcdsaSha1, new(0x0202)];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "TLS-006",
        Title = "The server signs its key exchange with a broken digest",
        Category = Category.Encryption,
        Severity = Severity.High,
        Variants =
        [
            new("md5", "The server signs with MD5", Severity.High),
            new("sha1", "The server signs with SHA-1", Severity.Low),
        ],
        Standards = new() { Cwe = [327], OwaspApi = ["API8:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.2"] },
        Needs = [Need.Tls, Need.Tls12],
        Why = "In TLS 1.2 the server signs its ephemeral key with a digest that the client allows. Collisions in MD5 are cheap and in SHA-1 affordable: "
            + "then the signature no longer ties the key to this handshake.",
        Impact = "An attacker on the path with enough computing power answers in the server's name.",
        How = "A hello allows nothing but MD5 and SHA-1; unless that is refused, two more allow one of them each. A ServerKeyExchange signed that way is the finding; a refusal counts while the same hello with usual schemes is welcome.",
        Sources = ["RFC 9155", "RFC 5246, section 7.4.1.4.1", "CVE-2015-7575 (SLOTH)"],
        Remedies = HardenChannel.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        SpokenVersions versions = await context.Channel.VersionsAsync(cancellationToken).ConfigureAwait(false);
        VersionInventory inventory = versions.Of(TlsVersion.Tls12);
        ImmutableArray<CipherSuite> signed = [.. inventory.Suites.Where(static suite => suite is { IsForwardSecret: true, IsAnonymous: false } && suite.Authentication is "RSA" or "ECDSA" or "DSS")];
        if (signed.IsEmpty)
        {
            return inventory.IsComplete
                ? CheckResult.NotApplicable("the server signs no key exchange in TLS 1.2")
                : CheckResult.NotTested($"not every suite of TLS 1.2 could be asked for ({inventory.Reason})");
        }

        HelloRequest usual = context.Channel.Hello(TlsVersion.Tls12, signed);
        // Whoever takes either has a scheme in common with a client that allows both: a refusal of both answers for each.
        HelloExchange both = await AllowAsync([.. s_md5, .. s_sha1]).ConfigureAwait(false);
        HelloExchange md5 = ChannelOutcome.IsRefusal(both) ? both : await AllowAsync(s_md5).ConfigureAwait(false);
        HelloExchange sha1 = ChannelOutcome.IsRefusal(both) ? both : await AllowAsync(s_sha1).ConfigureAwait(false);

        // A refusal counts while the same hello with usual schemes is welcome; one such hello after both answers for both.
        HelloExchange? control = ChannelOutcome.IsRefusal(md5) || ChannelOutcome.IsRefusal(sha1) ? await context.Channel.AskAsync(usual, cancellationToken).ConfigureAwait(false) : null;
        return new() { Probes = [new(Judge(md5, s_md5, "MD5", control)) { Variant = "md5" }, new(Judge(sha1, s_sha1, "SHA-1", control)) { Variant = "sha1" }] };

        Task<HelloExchange> AllowAsync(ImmutableArray<SignatureScheme> schemes) => context.Channel.AskAsync(usual with { SignatureSchemes = schemes }, cancellationToken);
    }

    private static Outcome Judge(HelloExchange exchange, ImmutableArray<SignatureScheme> allowed, string digest, HelloExchange? control)
    {
        if (exchange.Flight is { } flight)
        {
            return flight.KeyExchange?.Signature switch
            {
                { } scheme when allowed.Contains(scheme) => ChannelOutcome.Failed(
                    $"a hello that allows only {digest} is refused", $"the server signed with {scheme}", exchange.ToEvidence($"only {digest} allowed")),

                // It ignores what the client allows, but signs soundly.
                { UsesMd5: false, UsesSha1: false } => new Outcome.Passed(),
                _ => new Outcome.NotTested($"only {digest} was allowed, and the server's signature was not seen ({flight.Defect ?? "no ServerKeyExchange"})"),
            };
        }

        if (control is null || !ChannelOutcome.IsRefusal(exchange))
        {
            return ChannelOutcome.Undecided($"only {digest} was allowed", exchange);
        }

        return ChannelOutcome.IsWelcome(control) ? new Outcome.Passed() : ChannelOutcome.Undecided("the control hello with usual schemes", control);
    }
}
