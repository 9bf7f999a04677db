using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Sallyport.Scan.Checks;

/// <summary>Compares byte strings by their bytes.</summary>
internal sealed class ByteComparer : IEqualityComparer<ImmutableArray<byte>>
{
    /// <summary>The one comparer.</summary>
    public static ByteComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(ImmutableArray<byte> x, ImmutableArray<byte> y) => x.AsSpan().SequenceEqual(y.AsSpan());

    /// <inheritdoc/>
    public int GetHashCode(ImmutableArray<byte> obj)
    {
        HashCode hash = default;
        hash.AddBytes(obj.AsSpan());
        return hash.ToHashCode();
    }
}
