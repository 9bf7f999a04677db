using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Checks.Remedies;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Routing;

/// <summary>MTLS-217: whether a request that names two hosts is served the one that the handshake is not for.</summary>
internal sealed class TargetFormConfusion : Check
{
    /// <inheritdoc/>
    public override CheckInfo Info { get; } = new()
    {
        Id = "MTLS-217",
        Title = "A request that names two hosts reaches the one that the handshake is not for",
        Category = Category.MutualTls,
        Severity = Severity.High,
        Standards = new() { Cwe = [444, 288], OwaspApi = ["API8:2023"], Asvs = ["12.3.5"] },
        Needs = [Need.Tls, Need.Identity, Need.SecondName],
        Why = "An HTTP/1.1 request can name its host twice: in an absolute request target beside Host, and in two Host headers. When what compares the name with the handshake and what routes the request read different places, a comparison that looks right is passed with the harmless name while the other one is served.",
        Impact = "Protected content is reached with a certificate that its own name refuses, or with none, past a comparison of Host and server name.",
        How = "Over a connection of a name that lets the client in, the other name is asked for in the absolute form beside Host, in Host beside the absolute form, and as first and second of two Host headers, in both directions. 400 and 421 are right. It is judged as in MTLS-211.",
        Sources = ["RFC 9112, section 3.2", "RFC 9112, section 3.2.2", "RFC 9110, section 7.2", "aspnetcore issue 39335"],
        Remedies = BindNameToHost.All,
    };

    /// <inheritdoc/>
    public override Task<CheckResult> RunAsync(CheckContext context, CancellationToken cancellationToken)
    {
        ImmutableArray<(string, Func<Passage, CancellationToken, Task<Exchange>>)> shapes =
        [
            ("in the absolute form beside the own Host", (p, token) => SendAsync(p, r => r with { Target = Absolute(p.To, r), Host = p.From.Route.Host }, token)),
            ("in Host beside the own absolute form", (p, token) => SendAsync(p, r => r with { Target = Absolute(p.From, r), Host = p.To.Route.Host }, token)),
            ("in the first of two Host headers", (p, token) => SendAsync(p, r => Twice(r, p.To, p.From), token)),
            ("in the second of two Host headers", (p, token) => SendAsync(p, r => Twice(r, p.From, p.To), token)),
        ];
        return HostPassage.RunAsync(context, shapes, cancellationToken);

        Task<Exchange> SendAsync(Passage passage, Func<RawHttpRequest, RawHttpRequest> change, CancellationToken token) =>
            context.Transport.ExchangeAsync(HostPassage.Ask(passage, HttpFlavor.Http1) with { Request = change(passage.Request) }, token);
    }

    private static string Absolute(NamedSite site, RawHttpRequest request) => $"https://{site.Route.Host}{request.Target}";

    private static RawHttpRequest Twice(RawHttpRequest request, NamedSite first, NamedSite second) =>
        request with { Host = first.Route.Host, Headers = [new("Host", second.Route.Host), .. request.Headers] };
}
