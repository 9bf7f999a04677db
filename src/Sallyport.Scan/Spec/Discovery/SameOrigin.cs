using System;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec.Discovery;

/// <summary>Tells addresses of the target from those of others. Only the former are ever asked.</summary>
internal static class SameOrigin
{
    /// <summary>The path and query of an address at the target, the target's own path removed.</summary>
    /// <param name="target">The target.</param>
    /// <param name="from">The path, with the target's own, of the answer that names it.</param>
    /// <param name="address">As written.</param>
    /// <param name="foreign">The other host that it names; <c>null</c> when it names none.</param>
    /// <returns><c>null</c> when it is somewhere else, or no path of the API.</returns>
    public static string? PathOf(TargetUrl target, string from, string address, out string? foreign)
    {
        string path = FullPathOf(target, from, address, out foreign) ?? "";
        int query = path.IndexOf('?', StringComparison.Ordinal);
        string bare = query < 0 ? path : path[..query];
        string below = bare.Length > 0 && bare == target.Path ? "/" : bare.StartsWith(target.Path + "/", StringComparison.Ordinal) ? bare[target.Path.Length..] : "";
        return below.Length == 0 ? null : query < 0 ? below : below + path[query..];
    }

    /// <summary>The path and query of an address at the target; the API's or not.</summary>
    /// <param name="target">The target.</param>
    /// <param name="from">The path of the answer that names it.</param>
    /// <param name="address">As written.</param>
    /// <param name="foreign">The other host that it names; <c>null</c> when it names none.</param>
    public static string? FullPathOf(TargetUrl target, string from, string address, out string? foreign)
    {
        foreign = null;
        if (!Uri.TryCreate(Base(target) + from, UriKind.Absolute, out Uri? here) || !Uri.TryCreate(here, address, out Uri? there) || there.Scheme is not ("https" or "http"))
        {
            return null;
        }

        if (there.UserInfo.Length > 0 || (there.Scheme == "https") != target.Tls || there.Port != target.Port || !there.IdnHost.Trim('[', ']').Equals(target.Host, StringComparison.OrdinalIgnoreCase))
        {
            foreign = there.Authority;
            return null;
        }

        return there.PathAndQuery;
    }

    private static string Base(TargetUrl target) =>
        $"{(target.Tls ? "https" : "http")}://{(target.Host.Contains(':', StringComparison.Ordinal) ? $"[{target.Host}]" : target.Host)}:{target.Port}";
}
