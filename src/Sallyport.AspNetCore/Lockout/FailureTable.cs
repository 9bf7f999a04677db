using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Sallyport.AspNetCore.Lockout;

/// <summary>Failures by key, of bounded number: the longest unseen one goes for a new one. Not for two threads at once.</summary>
internal sealed class FailureTable<TKey>(int capacity, TimeSpan window)
    where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<Failures>> _entries = [];
    private readonly LinkedList<Failures> _byUse = new();

    public int Count => _entries.Count;

    /// <summary>Counts a failure and returns what is known with it.</summary>
    public Failures Add(TKey key, DateTimeOffset now)
    {
        if (!TryFind(key, now, out Failures? failures))
        {
            if (_entries.Count >= capacity && _byUse.Last is { } oldest)
            {
                Remove(oldest);
            }

            failures = new Failures(key);
            _entries[key] = _byUse.AddFirst(failures);
        }

        failures.Number++;
        failures.Latest = now;
        return failures;
    }

    /// <summary>Finds what is still remembered.</summary>
    public bool TryFind(TKey key, DateTimeOffset now, [NotNullWhen(true)] out Failures? failures)
    {
        failures = null;
        if (!_entries.TryGetValue(key, out LinkedListNode<Failures>? node))
        {
            return false;
        }

        if (now - node.Value.Latest > window && now > node.Value.LockedUntil + window)
        {
            Remove(node);
            return false;
        }

        _byUse.Remove(node);
        _byUse.AddFirst(node);
        failures = node.Value;
        return true;
    }

    public void Forget(TKey key)
    {
        if (_entries.TryGetValue(key, out LinkedListNode<Failures>? node))
        {
            Remove(node);
        }
    }

    private void Remove(LinkedListNode<Failures> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
    }

    /// <summary>What one key did lately.</summary>
    internal sealed class Failures(TKey key)
    {
        public TKey Key { get; } = key;

        public long Number { get; set; }

        public DateTimeOffset Latest { get; set; }

        public int Locks { get; set; }

        public DateTimeOffset LockedUntil { get; set; }
    }
}
