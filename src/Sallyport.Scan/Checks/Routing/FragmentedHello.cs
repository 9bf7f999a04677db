using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Hello;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-214: whether a hello in pieces escapes the name's client policy.</summary>
internal sealed class FragmentedHello : Check
{
    // More than one record may hold, whatever else the hello says.
    private const int Long = 17_000;

    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-214",
        Title = "A hello in pieces escapes the name's client policy",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [287, 1188], OwaspApi = ["API2:2023", "API8:2023"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.CertificateRequested],
        Why = "A ClientHello may be cut into several records, and TCP cuts where it likes. A router that looks for the server name in the first piece only finds none and applies its default, which may ask for no client certificate, while the TLS library behind it puts the pieces together and goes on.",
        Impact = "Whoever cuts the hello reaches the protected operation without its certificate.",
        How = "The protected operation is asked for with hellos in records of 1, 7 (so that the name is cut) and 64 bytes, in TCP segments of 64 bytes, and padded beyond one record, as a client without a certificate and as one that the name refuses. A server that does not take such hellos is safe. It is a finding when the right identity's answer comes, or when no certificate is asked for any more, twice.",
        Sources = ["RFC 8446, section 5.1", "RFC 7685", "CVE-2026-32305"],
        Remedies = RequireCertificate.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) => HelloPassage.RunAsync(
        context, (_, actor, _) => Shapes(actor), "However the hello is cut, the name's client policy holds, or the hello is refused.", notAskedIsThrough: true, cancellationToken);

    private static IEnumerable<(string, Func<Ask, Ask>)> Shapes(Actor actor)
    {
        yield return ("with a hello in records of 64 bytes", Cut(new() { RecordSizes = [64] }));
        if (actor.Credential is null)
        {
            yield return ("with a hello longer than one record", ask => Change(ask, hello => hello with { PaddingTo = Long }));
            yield return ("with a hello in records of one byte", Cut(new() { RecordSizes = [1] }));
            yield return ("with a server name cut by records", Cut(new() { RecordSizes = [7] }));
            yield return ("with a hello in segments of 64 bytes", Cut(new() { WriteSizes = [64] }));
        }
    }

    private static Func<Ask, Ask> Cut(HelloFragmentation pieces) => ask => Change(ask, hello => hello with { Fragmentation = pieces });

    private static Ask Change(Ask ask, Func<HelloRequest, HelloRequest> change) => ask with { Script = script => script with { Hello = change(script.Hello) } };
}
