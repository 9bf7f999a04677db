using System;
using System.Linq;

namespace Sallyport.Scan.Target;

/// <summary>Reads whose a path is that was written out: <c>/profiles/alice</c> has no parameter and is alice's all the same.</summary>
internal static class PathOwner
{
    /// <summary>Whether a path holds one identity's name or one of its values, and none of the other's.</summary>
    /// <param name="path">Path and query as sent.</param>
    /// <param name="owner">The identity whose it may be.</param>
    /// <param name="other">The other one.</param>
    public static bool IsOnly(string path, Identity owner, Identity other)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(other);
        string[] parts = Parts(path);
        return Names(parts, owner) && !Names(parts, other);
    }

    /// <summary>Whether a path holds what looks like the number of a thing: <c>17</c>, <c>order-17</c>, a GUID; not <c>v1</c>.</summary>
    /// <param name="path">Path and query as sent.</param>
    public static bool HoldsNumber(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Parts(path).Any(part => part.Any(char.IsAsciiDigit) && !(part[0] is 'v' or 'V' && part.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0));
    }

    private static string[] Parts(string path) => path.Split(['/', '?', '&', '='], StringSplitOptions.RemoveEmptyEntries);

    private static bool Names(string[] parts, Identity identity) => parts.Select(Uri.UnescapeDataString).Any(part =>
        part.Equals(identity.Name, StringComparison.OrdinalIgnoreCase) || identity.Values.ContainsValue(part));
}
