using System;
using System.Collections.Generic;
using System.Linq;
using Sallyport.Scan.Spec.Discovery;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>The other documents of a description that was fetched from the target: only of the same origin, only documents, and few.</summary>
/// <param name="request">The scan, which says where the target is and what is never asked.</param>
internal sealed class FetchedParts(ScanRequest request)
{
    /// <summary>The most documents beside the first.</summary>
    public const int Most = 16;

    private readonly Dictionary<string, ReadOnlyMemory<byte>?> _parts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wanted = new(StringComparer.Ordinal);

    /// <summary>Request paths that the description refers to and that were not fetched yet.</summary>
    public IReadOnlyList<string> Wanted => [.. _wanted.Order(StringComparer.Ordinal)];

    /// <summary>The request path that a reference leads to; <c>null</c> when it must not be asked.</summary>
    /// <param name="from">The request path of the document with the reference.</param>
    /// <param name="reference">The reference without its fragment.</param>
    public string? PathOf(string from, string reference)
    {
        string? path = SameOrigin.FullPathOf(request.Target, from, reference, out _);

        // A description must not make us ask for anything that is no document: a GET may do things, too.
        bool document = path is not null && !path.Contains('?', StringComparison.Ordinal)
            && System.IO.Path.GetExtension(path).ToLowerInvariant() is ".json" or ".yaml" or ".yml";
        return document && path is not null && !OperationMerge.IsExcluded(request, "GET", path) ? path : null;
    }

    /// <summary>A document that was fetched; <c>null</c> when it was not, or cannot be. What was not is wanted from now on.</summary>
    /// <param name="path">Its request path.</param>
    public ReadOnlyMemory<byte>? Of(string path)
    {
        if (_parts.TryGetValue(path, out ReadOnlyMemory<byte>? known))
        {
            return known;
        }

        if (_parts.Count + _wanted.Count < Most)
        {
            _wanted.Add(path);
        }

        return null;
    }

    /// <summary>Keeps a document.</summary>
    /// <param name="path">Its request path.</param>
    /// <param name="bytes">What was answered; <c>null</c> when it cannot be had.</param>
    public void Keep(string path, ReadOnlyMemory<byte>? bytes)
    {
        _wanted.Remove(path);
        _parts[path] = bytes;
    }
}
