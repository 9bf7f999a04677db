using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Client;

namespace Sallyport.Scan.Checks.Matrix;

/// <summary>MTLS-124: the server's own certificate as a client's.</summary>
internal sealed class ServerCertificateAsClient : Check
{
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";
    private const string AnyUsage = "2.5.29.37.0";
    private const string GiveKey = "the server's own certificate and key as an identity without an account: identities.server with cert, key and state: unmapped";

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-124",
        Title = "The server's own certificate is good for a client",
        Category = Category.MutualTls,
        Severity = Severity.Medium,
        Standards = new() { Cwe = [295], OwaspApi = ["API2:2023"], PciDss = ["4.2.1"], Asvs = ["12.1.3"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested, Need.CertificateMatters],
        Why = "One certificate for both ends is common between services: the same file is server.pem here and client.pem there. Then the key that lies on every host of the service opens the service as a client too, and nobody can tell a caller from a stolen host key.",
        Impact = "Whoever takes one server's key file calls the API as a client of it.",
        How = "With the server's certificate and key given as an identity, it is shown in place of the valid certificate and must be refused. Without the key nothing is shown: the certificate is read, and one that the client CA issued and that allows clientAuth, or states no usage, is a suspicion.",
        Sources = ["RFC 5280, section 4.2.1.12", "Mutual TLS in the wild (IMC 2024)"],
        Remedies = RequireUsage.All,
    };

    /// <inheritdoc/>
    public override async Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        if (context.Survey.ServerChain.IsEmpty)
        {
            return CheckResult.NotTested("the server's certificate was not seen");
        }

        ImmutableArray<byte> own = context.Survey.ServerChain[0];
        Identity? given = context.Request.Identities.FirstOrDefault(one => one.HasCertificate && one.Chain[0].AsSpan().SequenceEqual(own.AsSpan()));
        return given is null ? Read(context, own) : await ShowAsync(context, given, cancellationToken).ConfigureAwait(false);
    }

    private async Task<CheckResult> ShowAsync(CheckContext context, Identity given, CancellationToken cancellationToken)
    {
        const string name = "the server's own certificate";
        ClientCredential credential = new() { Chain = given.Chain, Key = given.Key };
        Verdict verdict = (await context.Oracle.JudgeAsync(context.Shown(Actor.Of(context.A).With(name, credential)), cancellationToken).ConfigureAwait(false)).IfShown();
        MatrixCell cell = context.Cell(name, verdict, Info.Id);
        Outcome outcome = verdict switch
        {
            Verdict.Accepted accepted => new Outcome.Failed(new Flaw
            {
                Expected = "The server's own certificate is refused as a client's.",
                Observed = $"It got what {context.A.Name} gets, twice ({accepted.Detail}).",
                Confidence = context.ConfidenceOf(accepted),
                Evidence = [.. context.Controls(), accepted.Exchange.ToEvidence(name)],
                Cause = await context.IsUnverifiedAsync(cancellationToken).ConfigureAwait(false) ? Causes.CertificateNotVerified : Info.Id,
            }),

            // TLS let it in where it keeps strangers out; only the name did not fit an account.
            Verdict.Rejected { Status: 401 or 403 } rejected when context.Survey.Stranger is Verdict.Rejected { Status: not (401 or 403) } => new Outcome.Failed(new Flaw
            {
                Expected = "The server's own certificate is refused as a client's, like a stranger's.",
                Observed = $"A stranger's certificate is refused ({context.Survey.Stranger.Detail}); the server's own passes as a client certificate, and only the application refuses its name ({rejected.Detail}).",
                Confidence = Confidence.Suspect,
                Evidence = [.. context.Controls(), rejected.Exchange.ToEvidence(name)],
            }),
            Verdict.Rejected => new Outcome.Passed(),
            _ => new Outcome.NotTested($"{name}: {verdict.Detail}"),
        };
        return new() { Probes = [new(outcome) { Operation = context.Operation, Identity = name }], Matrix = [cell] };
    }

    private static CheckResult Read(CheckContext context, ImmutableArray<byte> own)
    {
        try
        {
            using X509Certificate2 server = X509CertificateLoader.LoadCertificate(own.AsSpan());
            ImmutableArray<byte[]> authorities = Authorities(context);
            bool ofClientCa = authorities.Any(name => server.IssuerName.RawData.AsSpan().SequenceEqual(name));
            ImmutableArray<string> usages = [.. server.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(e => e.EnhancedKeyUsages.Cast<Oid>()).Select(oid => oid.Value ?? "")];
            bool forClients = usages.IsEmpty || usages.Contains(ClientAuth) || usages.Contains(AnyUsage);
            if (!ofClientCa)
            {
                return CheckResult.NotTested("whether the server's certificate would pass as a client's needs its key to be shown", GiveKey);
            }

            if (!forClients)
            {
                return CheckResult.NotTested("the client CA issued the server's certificate, for servers only; whether that is looked at needs its key to be shown", GiveKey);
            }

            string usage = usages.IsEmpty ? "states no extended key usage" : usages.Contains(ClientAuth) ? "allows clientAuth" : "allows any usage";
            return CheckResult.Failed(new Flaw
            {
                Expected = "The server's certificate comes from another CA than the clients', or does not allow clientAuth.",
                Observed = $"The CA of the clients issued the server's certificate, and it {usage}: its key would open the API as a client.",
                Confidence = Confidence.Suspect,
                Evidence =
                [
                    new() { Title = "the server's certificate", Sent = "ClientHello", Received = $"subject: {server.Subject}\nissuer: {server.Issuer}\nextended key usage: {(usages.IsEmpty ? "none" : string.Join(", ", usages))}" },
                ],
            });
        }
        catch (CryptographicException)
        {
            return CheckResult.NotTested("the server's certificate cannot be read", GiveKey);
        }
    }

    // Who may issue clients: what the server asks for, the CA the user gave, and A's own issuer.
    private static ImmutableArray<byte[]> Authorities(CheckContext context)
    {
        List<byte[]> names = [.. context.Survey.Handshakes.SelectMany(h => h.Request?.AuthorityNames ?? []).Select(name => name.ToArray())];
        if (context.Request.ClientAuthority is { } authority)
        {
            using X509Certificate2 ca = X509CertificateLoader.LoadCertificate(authority.Certificate.AsSpan());
            names.Add(ca.SubjectName.RawData);
        }

        using X509Certificate2 a = X509CertificateLoader.LoadCertificate(context.A.Chain[0].AsSpan());
        names.Add(a.IssuerName.RawData);
        return [.. names];
    }
}
