using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Config;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Spec.Discovery;

/// <summary>Looks for the operations of an API that has no description: links, well-known places, site maps, and the shapes of RPC.</summary>
/// <param name="request">The scan.</param>
/// <param name="transport">The way to the target.</param>
/// <remarks>GET only, and in active mode four calls that write nothing; at most 30 requests beside those, never an excluded path or one that sounds as if it changed something, never another origin.</remarks>
internal sealed class ApiDiscovery(ScanRequest request, IScanTransport transport)
{
    private const int MostRequests = 30;
    private const int MostOperations = 50;
    private static readonly ImmutableArray<string> Doors = ["/", "/robots.txt", "/sitemap.xml", "/.well-known/api-catalog", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];
    private static readonly ImmutableArray<string> Ways = ["/graphql", "/api/graphql", "/rpc", "/jsonrpc", "/v1/models"];

    // Many such servers answer POST only. The plainest query reads nothing, and a method that nobody has is refused.
    private static readonly ImmutableArray<(string Path, string Call)> Calls =
    [
        ("/graphql", """{"query":"{__typename}"}"""),
        ("/api/graphql", """{"query":"{__typename}"}"""),
        ("/rpc", """{"jsonrpc":"2.0","id":1,"method":"sallyport.none"}"""),
        ("/jsonrpc", """{"jsonrpc":"2.0","id":1,"method":"sallyport.none"}"""),
    ];

    // A link in a page may do things although it is asked for with GET.
    private static readonly ImmutableArray<string> Deeds = ["logout", "log-out", "signout", "sign-out", "logoff", "delete", "remove", "unsubscribe", "revoke", "reset", "cancel", "disable", "shutdown", "restart"];
    private readonly HashSet<string> _asked = [];
    private readonly List<ApiShape> _shapes = [];
    private readonly HashSet<string> _foreign = [];
    private readonly Dictionary<string, Operation> _found = new(StringComparer.Ordinal);
    private readonly List<string> _described = [];
    private int _left = MostRequests;

    /// <summary>Looks.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Discovered> RunAsync(Actor asker, CancellationToken cancellationToken)
    {
        List<string> next = await RoundAsync(Doors.Concat(Ways), asker, keep: false, cancellationToken).ConfigureAwait(false);
        for (int depth = 0; depth < 2 && next.Count > 0 && _left > 0; depth++)
        {
            next = await RoundAsync(next, asker, keep: true, cancellationToken).ConfigureAwait(false);
        }

        if (request.Mode >= ScanMode.Active)
        {
            await CallAsync(asker, cancellationToken).ConfigureAwait(false);
        }

        return new([.. _found.Values.Take(MostOperations)], [.. _shapes.DistinctBy(shape => (shape.Kind, shape.Path))], [.. _described.Distinct().Take(3)], [.. _foreign.Order().Take(20)]);
    }

    /// <summary>Whether a path sounds as if asking for it changed something.</summary>
    /// <param name="path">The path.</param>
    public static bool IsDeed(string path) => Deeds.Any(word => path.Contains(word, StringComparison.OrdinalIgnoreCase));

    private async Task<List<string>> RoundAsync(IEnumerable<string> paths, Actor asker, bool keep, CancellationToken cancellationToken)
    {
        ImmutableArray<string> chosen = [.. paths.Where(path => !IsDeed(path) && !OperationMerge.IsExcluded(request, "GET", path) && _asked.Add(path)).Take(_left)];
        _left -= chosen.Length;
        Exchange[] exchanges = await Task.WhenAll(chosen.Select(path => transport.ExchangeAsync(
            new()
            {
                Title = "looking for operations",
                Route = Route.To(request.Target),
                Actor = asker,
                Request = new() { Target = request.Target.Path + path },
                Pooled = true,
            },
            cancellationToken))).ConfigureAwait(false);

        var next = new List<string>();
        foreach ((string path, Exchange exchange) in chosen.Zip(exchanges))
        {
            if (exchange.Answer is { } answer)
            {
                Read(path, answer, keep, next);
            }
        }

        return next;
    }

    private async Task CallAsync(Actor asker, CancellationToken cancellationToken)
    {
        foreach ((string path, string call) in Calls.Where(one => !OperationMerge.IsExcluded(request, "POST", one.Path) && !_shapes.Any(shape => shape.Path == one.Path)))
        {
            Exchange exchange = await transport.ExchangeAsync(
                new()
                {
                    Title = "looking for operations",
                    Route = Route.To(request.Target),
                    Actor = asker,
                    Mode = ScanMode.Active,
                    Request = new()
                    {
                        Method = "POST",
                        Target = request.Target.Path + path,
                        Headers = [new("content-type", "application/json"), new("accept", "application/graphql-response+json, application/json")],
                        Body = Encoding.UTF8.GetBytes(call),
                    },
                    Pooled = true,
                },
                cancellationToken).ConfigureAwait(false);
            if (exchange.Answer is { } answer && ShapeReader.Of(path, answer) is { Kind: ApiShapeKind.GraphQl or ApiShapeKind.JsonRpc } shape)
            {
                _shapes.Add(shape);
            }
        }
    }

    private void Read(string path, HttpAnswer answer, bool keep, List<string> next)
    {
        if (ShapeReader.Of(path, answer) is { } shape)
        {
            _shapes.Add(shape);
        }

        // A page or a picture is no operation; what is refused or answers data is one.
        string type = MediaTypes.Plain(answer.Header("content-type") ?? "");
        if (keep && (answer.Status is 401 or 403 || (answer.Status is >= 200 and < 300 && MediaTypes.IsJson(type))))
        {
            Add(path);
        }

        foreach (FoundLink link in LinkReader.Of(path, answer))
        {
            if (link.Relation is "service-desc" && SameOrigin.PathOf(request.Target, request.Target.Path + path, link.Address, out _) is { } description)
            {
                _described.Add(request.Target.Path + description);
            }
            else if (link.Address.Contains('{', StringComparison.Ordinal))
            {
                Template(link.Address);
            }
            else if (SameOrigin.PathOf(request.Target, request.Target.Path + path, link.Address, out string? foreign) is { } there)
            {
                if (!IsFile(there))
                {
                    next.Add(there);
                }
            }
            else if (foreign is not null)
            {
                _foreign.Add(Shown.Line(foreign));
            }
        }
    }

    private static bool IsFile(string path) =>
        System.IO.Path.GetExtension(path.Split('?')[0]).ToLowerInvariant() is ".css" or ".js" or ".mjs" or ".map" or ".png" or ".jpg" or ".jpeg" or ".gif" or ".svg" or ".ico" or ".webp" or ".woff" or ".woff2" or ".ttf" or ".pdf" or ".zip" or ".mp4";

    // HAL, section 5.2: an address with braces is a template (RFC 6570); only simple parameters of the path are read.
    private void Template(string address)
    {
        int query = address.IndexOf("{?", StringComparison.Ordinal);
        string template = (query < 0 ? address : address[..query]).Split('?')[0];
        if (PathParameters.Of(template).Any(parameter => parameter.Name.Length == 0 || !parameter.Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
        {
            return;
        }

        if (template.StartsWith(request.Target.Path + "/", StringComparison.Ordinal) && OperationPattern.IsPath(template[request.Target.Path.Length..]) && !template.StartsWith("//", StringComparison.Ordinal))
        {
            Add(template[request.Target.Path.Length..]);
        }
    }

    private void Add(string path)
    {
        string template = path.Split('?')[0];
        if (!IsDeed(template) && OperationPattern.IsPath(template) && !_found.ContainsKey(template))
        {
            _found[template] = new() { Method = "GET", PathTemplate = template, Parameters = PathParameters.Of(template) };
        }
    }
}
