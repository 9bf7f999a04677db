using System;
using System.Threading;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Connections;

namespace Sallyport.AspNetCore;

/// <summary>The request that code runs in, for services that are not handed it: set by the first gate, gone with the request.</summary>
/// <remarks>
/// What the framework's accessor does, for the guard alone: once an application has that one, the server makes a new context for every
/// request, whether anybody asks or not.
/// </remarks>
internal sealed class CurrentRequest
{
    private readonly AsyncLocal<Holder?> _current = new();

    /// <summary>The request; null outside of one, and in what goes on after it.</summary>
    public HttpContext? Context
    {
        get => _current.Value?.Context;
        set
        {
            _current.Value?.Dispose();
            _current.Value = value is null ? null : new Holder(value);
        }
    }

    /// <summary>The connection that the first gates let the request by on; null when they have not.</summary>
    public GuardedConnection? Connection
    {
        get => _current.Value?.Connection;
        set => _current.Value?.Connection = value;
    }

    /// <summary>Begins one; in an async method, which takes its surroundings back when it returns.</summary>
    /// <returns>Ends it, for everything that was begun in it too.</returns>
    public IDisposable Enter(HttpContext context)
    {
        var holder = new Holder(context);
        _current.Value = holder;
        return holder;
    }

    /// <summary>Shared by everything that a request begins: a context that was left may be another request's already.</summary>
    private sealed class Holder(HttpContext context) : IDisposable
    {
        private HttpContext? _context = context;

        public HttpContext? Context => Volatile.Read(ref _context);

        public GuardedConnection? Connection { get; set; }

        public void Dispose() => Volatile.Write(ref _context, null);
    }
}
