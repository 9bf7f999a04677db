using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Spec;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Api;

/// <summary>Values of path parameters that neither the user nor the description gives: taken from the identity's own list of the same things.</summary>
internal sealed class ListedIds
{
    private readonly ConcurrentDictionary<(string Identity, string Operation), ImmutableDictionary<string, string>> _found = new();

    /// <summary>The identity with what its lists told for this operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="identity">The identity; <c>null</c> stays so.</param>
    public Identity? Complete(Operation operation, Identity? identity) =>
        identity is not null && _found.TryGetValue((identity.Name, operation.PathTemplate), out ImmutableDictionary<string, string>? values)
            ? identity with { Values = identity.Values.SetItems(values) }
            : identity;

    /// <summary>Asks the list, as the identity itself, for the parameters that have no value.</summary>
    /// <param name="operations">The operations of the API.</param>
    /// <param name="operation">The operation with the parameters.</param>
    /// <param name="identity">Whose list.</param>
    /// <param name="baseline">Asks a list, once a scan.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public async Task LearnAsync(
        ImmutableArray<Operation> operations, Operation operation, Identity identity, Func<Operation, Identity, CancellationToken, Task<BaselineResult>> baseline, CancellationToken cancellationToken)
    {
        if (_found.ContainsKey((identity.Name, operation.PathTemplate)) || PathResolution.Of(operation, identity) is not PathResolution.Missing { Parameters: var missing })
        {
            return;
        }

        ImmutableDictionary<string, string> values = ImmutableDictionary<string, string>.Empty;
        foreach (string parameter in missing)
        {
            if (ListedValues.ListFor(operations, operation, parameter) is { } list
                && await baseline(list, identity, cancellationToken).ConfigureAwait(false) is BaselineResult.Learned { Baseline.First.Answer: { Body: var body } }
                && ListedValues.Of(operation, parameter, body) is [var first, ..])
            {
                values = values.SetItem(parameter, first);
            }
        }

        _found[(identity.Name, operation.PathTemplate)] = values;
    }
}
