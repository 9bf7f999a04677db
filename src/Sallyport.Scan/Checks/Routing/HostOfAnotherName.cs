using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-211: whether a connection made for one name is served another name's content.</summary>
internal sealed class HostOfAnotherName : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-211",
        Title = "A connection of one name is served the content of another",
        Category = Category.MutualTls,
        Severity = Severity.Critical,
        Standards = new() { Cwe = [288, 346], OwaspApi = ["API2:2023", "API8:2023"], PciDss = ["8.3.1"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondName],
        Why = "The client policy of a handshake is chosen by the server name in it, the content by the Host or :authority of each request. Nothing ties the two together but the server. Where names differ in whom they let in, a client passes the handshake under the lax name and asks for the strict one.",
        Impact = "Protected content is reached with a certificate that its own name refuses, or with none.",
        How = "Over a connection of a name that lets the client in, the other name's operation is asked for by Host (HTTP/1.1) and :authority (HTTP/2), in both directions. It is a finding only when that name refuses the client in a full handshake of its own, and the answer is the one that its own clients get, not that of the first name nor that to a Host that nobody has; twice.",
        Sources = ["RFC 9110, section 7.4", "RFC 9110, section 15.5.20", "RFC 6066, section 11.1", "CVE-2025-23048", "CVE-2026-48491", "Emissary issue 3340"],
        Remedies = BindNameToHost.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<(string, Func<Passage, CancellationToken, Task<Exchange>>)> shapes =
        [
            ("by Host, HTTP/1.1", (passage, token) => context.Transport.ExchangeAsync(HostPassage.Ask(passage, HttpFlavor.Http1), token)),
            .. context.Survey.Http2
                ? [("by :authority, HTTP/2", (passage, token) => context.Transport.ExchangeAsync(HostPassage.Ask(passage, HttpFlavor.Http2), token))]
                : (ImmutableArray<(string, Func<Passage, CancellationToken, Task<Exchange>>)>)[],
        ];
        return HostPassage.RunAsync(context, shapes, cancellationToken);
    }
}
