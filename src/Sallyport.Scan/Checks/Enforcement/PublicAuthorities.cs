using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Matrix;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Enforcement;

/// <summary>MTLS-008: whether certificates of public authorities pass as client certificates.</summary>
internal sealed class PublicAuthorities : Check
{
    // One or two may be a partner's choice; a whole root program is a fallback to the system's roots.
    private const int TooMany = 5;
    private const string Supply = "a public certificate with its key: identities.NAME with state: unmapped";

    // Organisations of public root programs, as their roots name them.
    private static readonly ImmutableArray<string> _organisations =
    [
        "Internet Security Research Group", "Let's Encrypt", "DigiCert", "GlobalSign", "Sectigo", "COMODO", "The USERTRUST Network", "Amazon", "Google Trust Services",
        "Entrust", "GoDaddy", "Starfield Technologies", "IdenTrust", "QuoVadis", "Baltimore", "VeriSign", "Thawte", "GeoTrust", "Certum", "Unizeto", "Asseco Data Systems",
        "SwissSign", "Buypass", "T-Systems", "Deutsche Telekom", "D-Trust", "Actalis", "Microsec", "SECOM Trust", "SSL Corporation", "Trustwave", "Viking Cloud",
        "Certigna", "Dhimyotis", "Chunghwa Telecom", "HARICA", "Hellenic Academic", "Izenpe", "TeliaSonera", "Telia Finland", "Microsoft Corporation", "Apple Inc",
        "certSIGN", "WISeKey", "OISTE", "Firmaprofesional", "Agencia Catalana", "NetLock", "AffirmTrust", "eMudhra", "Disig", "TAIWAN-CA", "HongKong Post", "GUANG DONG",
    ];

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-008",
        Title = "Public authorities are accepted as client authorities",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1", "8.3.11"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.CertificateRequested],
        Why = "When the file of the client CA is missing or unreadable, some servers fall back to the system's trusted roots. Then every certificate of every public authority is a valid "
            + "client certificate, and anybody gets one for a domain of his own within a minute.",
        Impact = "Whoever owns any public certificate with its key passes the client authentication.",
        How = "The authorities that the server names are compared with the organisations of the public root programs: five or more of them are a finding. A certificate of a public "
            + "authority that the user gave (state: unmapped) is tried on the protected operation; served, it proves the case even when the server names nobody.",
        Sources = ["CVE-2026-27586", "RFC 8446, section 4.2.4"],
        Remedies = VerifyCertificate.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<string> names = AuthorityNames.Of(context.Survey);
        ImmutableArray<string> known = [.. _organisations.Where(o => names.Any(name => name.Contains(o, StringComparison.OrdinalIgnoreCase)))];
        if (known.Length >= TooMany)
        {
            return CheckResult.Failed(new Flaw
            {
                Expected = "Only authorities that issue this API's client certificates are accepted.",
                Observed = $"The server names {known.Length} organisations of public root programs as accepted: {string.Join(", ", known.Take(8))}.",
                Confidence = Confidence.Firm,
                Evidence = [new() { Title = "CertificateRequest", Sent = "a handshake without a certificate", Received = string.Join('\n', names.Take(40)) }],
            });
        }

        Identity? given = context.Request.Identities.FirstOrDefault(i => i is { HasCertificate: true, State: IdentityState.Unmapped } && IsPublic(i));
        if (given is not null && context.Oracle.Control is not null)
        {
            return await TryAsync(context, given, cancellationToken).ConfigureAwait(false);
        }

        return names.IsEmpty
            ? CheckResult.NotTested("the server names no authorities, and no certificate of a public authority was given to try", Supply)
            : known.IsEmpty
                ? CheckResult.Passed()
                : CheckResult.NotTested($"the server names {string.Join(", ", known)} as accepted, and no certificate of a public authority was given to try", Supply)
                    .With(new Fact(Info.Id, "Public authorities among the accepted ones", string.Join(", ", known)));
    }

    private static async Task<CheckResult> TryAsync(CheckContext context, Identity given, CancellationToken cancellationToken)
    {
        Actor actor = Actor.Of(context.A) with { Name = given.Name, Credential = Actor.Of(given).Credential };
        Ask ask = context.Shown(actor) with { Title = $"a certificate of a public authority: {given.Name}" };
        Verdict verdict = (await context.Oracle.JudgeAsync(ask, cancellationToken).ConfigureAwait(false)).IfShown();
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(new Flaw
            {
                Expected = "A certificate of a public authority is refused.",
                Observed = $"With the public certificate of {given.Name} the protected operation is served ({accepted.Detail}).",
                Confidence = accepted.ByMarker ? Confidence.Confirmed : Confidence.Firm,
                Evidence = [.. Proofs.Control(context), accepted.Exchange.ToEvidence()],
                Replay = CurlLine.Of(accepted.Exchange.Ask, context.Request),
                Cause = Causes.CertificateNotVerified,
            }),
            // The right control still has to hold: nothing else proves that this refusal was about the certificate.
            Verdict.Rejected when await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false) => new Outcome.Passed(),
            Verdict.Rejected => new Outcome.NotTested("the control request no longer succeeded after it"),
            _ => new Outcome.NotTested($"with a public certificate: {verdict.Detail}"),
        };
        return new() { Probes = [new(outcome) { Identity = given.Name, Operation = context.Survey.ProtectedOperation?.Name }] };
    }

    private static bool IsPublic(Identity identity)
    {
        try
        {
            using X509Certificate2 last = X509CertificateLoader.LoadCertificate(identity.Chain[^1].AsSpan());
            return _organisations.Any(o => last.Issuer.Contains(o, StringComparison.OrdinalIgnoreCase));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
