using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-216: whether an HTTP/2 connection that served one name goes on to serve another.</summary>
internal sealed class CoalescedConnection : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-216",
        Title = "An HTTP/2 connection of one name serves streams for another",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [288], OwaspApi = ["API2:2023"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondName, Need.Http2],
        Why = "HTTP/2 clients may send requests for several names over one connection when the certificate fits all of them. A server that compares :authority with the name of the handshake on the first stream only, or not at all, lets a later stream into a name whose client policy the connection never passed.",
        Impact = "Protected content is reached with a certificate that its own name refuses, or with none; even ordinary browsers may do it by themselves.",
        How = "On one HTTP/2 connection a first stream asks for the connection's own name and a second one for the other name, in both directions. It is judged as in MTLS-211.",
        Sources = ["RFC 9113, section 9.1.1", "RFC 9113, section 9.1.2", "RFC 9110, section 15.5.20"],
        Remedies = BindNameToHost.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken) =>
        HostPassage.RunAsync(context, [("by the second stream of an HTTP/2 connection", (passage, token) => SendAsync(context, passage, token))], cancellationToken);

    private static async Task<Exchange> SendAsync(CheckContext context, Passage passage, CancellationToken cancellationToken)
    {
        Ask own = new()
        {
            Title = $"{passage.Actor.Name} at {passage.From.Name}, first stream",
            Route = passage.From.Route,
            Actor = passage.Actor,
            Request = passage.From.Request,
            Http = HttpFlavor.Http2,
        };
        LiveConnection live = await context.Transport.ConnectAsync(own, cancellationToken).ConfigureAwait(false);
        await using (live.ConfigureAwait(false))
        {
            _ = await live.SendAsync(own, cancellationToken).ConfigureAwait(false);
            Ask second = HostPassage.Ask(passage, HttpFlavor.Http2);
            return await live.SendAsync(
                second with { Title = $"{second.Title}, second stream", Request = passage.Request with { Host = passage.To.Route.Host } },
                cancellationToken).ConfigureAwait(false);
        }
    }
}
