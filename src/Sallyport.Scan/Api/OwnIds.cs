using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Api;

/// <summary>Finds the values of path parameters in what the API lists for an identity: <c>GET /orders</c> tells the ids for <c>GET /orders/{id}</c> (rule O9).</summary>
internal static class OwnIds
{
    /// <summary>Fills what the user's values leave open.</summary>
    /// <param name="api">The operations.</param>
    /// <param name="transport">The way to the network.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="identity">Whose values.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public static async Task<OwnValues> FillAsync(ApiMap api, IScanTransport transport, Operation operation, Identity identity, CancellationToken cancellationToken)
    {
        OwnValues own = new(identity, []);
        while (OpenParameter(operation, own.Identity) is { } name)
        {
            string prefix = operation.PathTemplate[..operation.PathTemplate.IndexOf("{" + name + "}", StringComparison.Ordinal)].TrimEnd('/');
            Operation? list = api.Operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate.TrimEnd('/') == prefix && prefix.Length > 0);
            if (list is null || await IdsAsync(api, transport, operation, list, own.Identity, name, cancellationToken).ConfigureAwait(false) is not { IsEmpty: false } ids)
            {
                return own;
            }

            own = new(own.Identity with { Values = own.Identity.Values.SetItem(name, ids[0]) }, ids);
        }

        return own;
    }

    /// <summary>The first parameter of the path that the identity has no value of its own for; examples of the description are nobody's own.</summary>
    private static string? OpenParameter(Operation operation, Identity identity) =>
        PathResolution.Of(operation with { Parameters = [] }, identity) is PathResolution.Missing { Parameters: [var first, ..] } ? first : null;

    private static async Task<ImmutableArray<string>> IdsAsync(
        ApiMap api, IScanTransport transport, Operation operation, Operation list, Identity identity, string parameter, CancellationToken cancellationToken)
    {
        // The list may stand below another's object: its own parameters come first.
        OwnValues values = await FillAsync(api, transport, list, identity, cancellationToken).ConfigureAwait(false);
        if (api.AskFor(list, values.Identity, Actor.Of(identity), $"the list of {identity.Name}") is not { } ask)
        {
            return [];
        }

        Exchange exchange = await transport.ExchangeAsync(ask with { Reusable = true }, cancellationToken).ConfigureAwait(false);
        return exchange.Answer is { Status: >= 200 and < 300 } answer ? ListedValues.Of(operation, parameter, answer.Body) : [];
    }
}
