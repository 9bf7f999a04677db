using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Audit;
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

    /// <summary>Lets the answer to this request begin only once a record is kept.</summary>
    /// <returns>False where there is no answer to hold back: outside of a request, or once it has begun.</returns>
    public bool TryAwait(Func<Task> record)
    {
        if (_current.Value is not { Context: { Response.HasStarted: false } context } holder)
        {
            return false;
        }

        holder.Records.Add(record(), context.Response);
        return true;
    }

    /// <summary>Waits for the records that the answer waits for.</summary>
    /// <returns>Fails as the first of them that could not be kept; what it has told is not told again.</returns>
    public Task SettleAsync() => _current.Value?.Awaited?.SettleAsync() ?? Task.CompletedTask;

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
        private AwaitedRecords? _awaited;

        public HttpContext? Context => Volatile.Read(ref _context);

        public GuardedConnection? Connection { get; set; }

        /// <summary>Null until there is one: hardly a request has any.</summary>
        public AwaitedRecords? Awaited => Volatile.Read(ref _awaited);

        public AwaitedRecords Records
        {
            get
            {
                AwaitedRecords made = new();
                return Interlocked.CompareExchange(ref _awaited, made, null) ?? made;
            }
        }

        public void Dispose() => Volatile.Write(ref _context, null);
    }
}
