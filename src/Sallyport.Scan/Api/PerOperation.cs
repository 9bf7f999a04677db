using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Api;

/// <summary>Looks at operations side by side, a few at once; the rate of requests is the transport's.</summary>
internal static class PerOperation
{
    private const int AtOnce = 4;

    /// <summary>What was seen at each operation, in their order.</summary>
    /// <param name="operations">The operations.</param>
    /// <param name="look">Looks at one.</param>
    /// <param name="cancellationToken">Cancels all.</param>
    public static async Task<ImmutableArray<T>> AskAsync<T>(IEnumerable<Operation> operations, Func<Operation, CancellationToken, Task<T>> look, CancellationToken cancellationToken)
    {
        ImmutableArray<Operation> all = [.. operations];
        var seen = new T[all.Length];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, all.Length),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, token) => seen[i] = await look(all[i], token).ConfigureAwait(false)).ConfigureAwait(false);
        return [.. seen];
    }
}
