using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace OrdersApi.App.Graph;

/// <summary>One field of a GraphQL selection.</summary>
/// <param name="Alias">The name that it has in the answer.</param>
/// <param name="Name">The field.</param>
/// <param name="Arguments">Its arguments: numbers and texts.</param>
/// <param name="Children">What is asked of it.</param>
internal sealed record GraphField(string Alias, string Name, ImmutableDictionary<string, string> Arguments, ImmutableArray<GraphField> Children)
{
    /// <summary>How deep the selection goes; 1 for a field without any.</summary>
    public int Depth => 1 + Children.Select(child => child.Depth).DefaultIfEmpty(0).Max();

    /// <summary>The field and everything below it.</summary>
    public IEnumerable<GraphField> All => Children.SelectMany(child => child.All).Prepend(this);
}
