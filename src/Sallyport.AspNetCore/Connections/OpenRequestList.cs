using System;
using System.Collections.Generic;
using System.Threading;

namespace Sallyport.AspNetCore.Connections;

/// <summary>The requests under way, linked by themselves: entering and leaving makes nothing, and waits for nobody who looks through all of them.</summary>
internal sealed class OpenRequestList(ConnectionRegistry connections)
{
    // A power of two. Threads spread over them, so that on a busy machine few meet at one.
    private const int Count = 16;
    private readonly Part[] _parts = Parts();

    /// <summary>Whether nothing is under way but what connections keep in mind, which has neither token nor session.</summary>
    public bool IsEmpty => Array.TrueForAll(_parts, static part => part.IsEmpty);

    /// <summary>Enters one, once.</summary>
    public void Add(OpenRequest request)
    {
        if (request.Carrier?.TryCarry(request) != true)
        {
            _parts[Environment.CurrentManagedThreadId & (Count - 1)].Add(request);
        }
    }

    /// <summary>Takes one out; nothing when it has left already.</summary>
    public static void Remove(OpenRequest request)
    {
        request.Carrier?.Drop(request);
        request.Place.Part?.Remove(request);
    }

    /// <summary>Those that are under way; one that comes or goes meanwhile may be in it or not.</summary>
    public List<OpenRequest> All()
    {
        List<OpenRequest> all = [];
        foreach (Part part in _parts)
        {
            part.AddTo(all);
        }

        foreach (OpenConnection connection in connections.All)
        {
            if (connection.Guarded.Carried is { } request)
            {
                all.Add(request);
            }
        }

        return all;
    }

    private static Part[] Parts()
    {
        var parts = new Part[Count];
        for (int i = 0; i < Count; i++)
        {
            parts[i] = new Part();
        }

        return parts;
    }

    /// <summary>Where a request is linked in; only its part reads the neighbours and writes any of it.</summary>
    internal struct Link
    {
        public OpenRequest? Before;
        public OpenRequest? After;
        private Part? _part;

        public Part? Part
        {
            readonly get => Volatile.Read(in _part);
            set => Volatile.Write(ref _part, value);
        }
    }

    /// <summary>A chain with a lock of its own, which nobody holds for longer than it takes to link or copy.</summary>
    internal sealed class Part
    {
        private readonly Lock _gate = new();
        private OpenRequest? _first;

        public bool IsEmpty => Volatile.Read(ref _first) is null;

        public void Add(OpenRequest request)
        {
            lock (_gate)
            {
                request.Place.After = _first;
                request.Place.Part = this;
                if (_first is not null)
                {
                    _first.Place.Before = request;
                }

                Volatile.Write(ref _first, request);
            }
        }

        public void Remove(OpenRequest request)
        {
            lock (_gate)
            {
                if (request.Place.Part is null)
                {
                    return;
                }

                (OpenRequest? before, OpenRequest? after) = (request.Place.Before, request.Place.After);
                request.Place = default;
                if (before is null)
                {
                    Volatile.Write(ref _first, after);
                }
                else
                {
                    before.Place.After = after;
                }

                if (after is not null)
                {
                    after.Place.Before = before;
                }
            }
        }

        public void AddTo(List<OpenRequest> all)
        {
            lock (_gate)
            {
                for (OpenRequest? one = _first; one is not null; one = one.Place.After)
                {
                    all.Add(one);
                }
            }
        }
    }
}
