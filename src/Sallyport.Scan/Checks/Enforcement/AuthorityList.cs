using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-007: what the list of accepted authorities gives away.</summary>
internal sealed partial class AuthorityList : Check
{
    private const string Internal = "internal-names";
    private const string Huge = "huge";
    private const int MaxBytes = 16 * 1024;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-007",
        Title = "The list of accepted authorities gives too much away",
        Category = Category.MutualTls,
        Severity = Severity.Low,
        Variants =
        [
            new(Internal, "It names internal hosts, addresses or people", Severity.Low),
            new(Huge, "It is longer than one TLS record", Severity.Low),
        ],
        Standards = new() { Cwe = [200], OwaspApi = ["API8:2023"], PciDss = ["1.4.5"] },
        Needs = [Need.Tls, Need.CertificateRequested],
        Why = "With the question for a certificate a server may send the names of the authorities it accepts, to everyone who connects and in TLS 1.2 in clear. "
            + "Names made for insiders tell outsiders how the network is built; a very long list costs every handshake and breaks some clients.",
        Impact = "Internal host names, addresses or mail addresses for an attacker's map; failing handshakes.",
        How = "The names of every question that was seen are read. Internal domains, private addresses and mail addresses in them are reported, and a list above 16 KiB.",
        Sources = ["RFC 8446, section 4.2.4", "RFC 5246, section 7.4.4"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => Task.FromResult(Judge(context));

    [GeneratedRegex(
        @"(?:^|[^a-z0-9-])(?:[a-z0-9-]+\.)+(?:local|internal|intranet|intra|corp|lan|private|home\.arpa)(?:$|[^a-z0-9.-])|\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b|[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Telling();

    private static Evidence Proof(string received) => new() { Title = "CertificateRequest", Sent = "a handshake without a certificate", Received = received };

    private CheckResult Judge(CheckContext context)
    {
        if (AuthorityNames.Questions(context.Survey).IsEmpty)
        {
            return CheckResult.NotTested("the question for a certificate was seen, but not what it says");
        }

        ImmutableArray<string> names = AuthorityNames.Of(context.Survey);
        int bytes = AuthorityNames.Bytes(context.Survey);
        ImmutableArray<string> telling = [.. names.Where(name => Telling().IsMatch(name))];
        Outcome inside = telling.IsEmpty
            ? new Outcome.Passed()
            : new Outcome.Failed(new Flaw
            {
                Expected = "The list holds no names made for insiders.",
                Observed = $"{telling.Length} of {names.Length} names tell of internal hosts, addresses or people, such as {telling[0]}.",
                Confidence = Confidence.Firm,
                Evidence = [Proof(string.Join('\n', telling.Take(20)))],
            });
        Outcome length = bytes <= MaxBytes
            ? new Outcome.Passed()
            : new Outcome.Failed(new Flaw
            {
                Expected = "The list fits into one TLS record (16 KiB).",
                Observed = string.Create(CultureInfo.InvariantCulture, $"It has {bytes} bytes and {names.Length} names."),
                Confidence = Confidence.Firm,
                Evidence = [Proof(string.Create(CultureInfo.InvariantCulture, $"{names.Length} names, {bytes} bytes"))],
            });
        return new CheckResult { Probes = [new(inside) { Variant = Internal }, new(length) { Variant = Huge }] }
            .With(new Fact(Info.Id, "Authorities that the server says it accepts", names.IsEmpty ? "none named: clients choose for themselves" : string.Join("; ", names.Take(20))));
    }
}
