using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>The items of a request that was authorized. Nearly always that is the only one, and no table is made for it.</summary>
internal sealed class AuthorizedItems : IItemsFeature, IDictionary<object, object?>
{
    /// <summary>By this the framework's endpoint knows that somebody has authorized; without it, it does not run one that has a policy.</summary>
    private const string Authorized = "__AuthorizationMiddlewareWithEndpointInvoked";
    private static readonly KeyValuePair<object, object?> _only = new(Authorized, new object());
    private Dictionary<object, object?>? _more;

    private AuthorizedItems() => Items = this;

    /// <inheritdoc/>
    public IDictionary<object, object?> Items { get; set; }

    /// <inheritdoc/>
    public ICollection<object> Keys => All.Keys;

    /// <inheritdoc/>
    public ICollection<object?> Values => All.Values;

    /// <inheritdoc/>
    public int Count => _more?.Count ?? 1;

    /// <inheritdoc/>
    public bool IsReadOnly => false;

    private Dictionary<object, object?> All => _more ??= new() { [_only.Key] = _only.Value };

    /// <inheritdoc/>
    public object? this[object key]
    {
        // As the framework's: nothing for what is not there.
        get => TryGetValue(key, out object? value) ? value : null;
        set => All[key] = value;
    }

    /// <summary>Says of a request that it is authorized.</summary>
    public static void Mark(HttpContext context)
    {
        IFeatureCollection features = context.Features;
        if (features[typeof(IItemsFeature)] is null)
        {
            features[typeof(IItemsFeature)] = new AuthorizedItems();
        }
        else
        {
            context.Items[_only.Key] = _only.Value;
        }
    }

    /// <inheritdoc/>
    public bool TryGetValue(object key, [MaybeNullWhen(false)] out object? value)
    {
        if (_more is not null)
        {
            return _more.TryGetValue(key, out value);
        }

        bool isIt = _only.Key.Equals(key);
        value = isIt ? _only.Value : null;
        return isIt;
    }

    /// <inheritdoc/>
    public bool ContainsKey(object key) => TryGetValue(key, out _);

    /// <inheritdoc/>
    public void Add(object key, object? value) => All.Add(key, value);

    /// <inheritdoc/>
    public bool Remove(object key) => All.Remove(key);

    /// <inheritdoc/>
    public void Clear() => All.Clear();

    /// <inheritdoc/>
    public void Add(KeyValuePair<object, object?> item) => ((ICollection<KeyValuePair<object, object?>>)All).Add(item);

    /// <inheritdoc/>
    public bool Contains(KeyValuePair<object, object?> item) => TryGetValue(item.Key, out object? value) && Equals(value, item.Value);

    /// <inheritdoc/>
    public bool Remove(KeyValuePair<object, object?> item) => ((ICollection<KeyValuePair<object, object?>>)All).Remove(item);

    /// <inheritdoc/>
    /// <remarks>Makes no table either: another thread may look, and what the request writes meanwhile must not be lost to that.</remarks>
    public void CopyTo(KeyValuePair<object, object?>[] array, int arrayIndex)
    {
        if (_more is { } more)
        {
            ((ICollection<KeyValuePair<object, object?>>)more).CopyTo(array, arrayIndex);
        }
        else
        {
            array[arrayIndex] = _only;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<object, object?>> GetEnumerator() =>
        _more is { } more ? more.GetEnumerator() : ((IEnumerable<KeyValuePair<object, object?>>)[_only]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
