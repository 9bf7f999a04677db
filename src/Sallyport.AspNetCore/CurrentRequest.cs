using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.AspNetCore;

/// <summary>The request that code runs in, for services that are not handed it: set by the first gate, gone with the request.</summary>
/// <remarks>
/// What the framework's accessor does, for the guard alone: once an application has that one, the server makes a new context for every
/// request, whether anybody asks or not.
/// </remarks>
internal sealed class CurrentRequest
{
    private readonly AsyncLocal<GuardedRequest?> _current = new();

    /// <summary>The request; null outside of one, and in what goes on after it.</summary>
    public HttpContext? Context
    {
        get => _current.Value?.Context;
        set
        {
            _current.Value?.Dispose();
            _current.Value = value is null ? null : new GuardedRequest(value);
        }
    }

    /// <summary>What the gates keep of it; null outside of one.</summary>
    public GuardedRequest? Held => _current.Value;

    /// <summary>Lets the answer to this request begin only once a record is kept.</summary>
    /// <returns>False where there is no answer to hold back: outside of a request, or once it has begun.</returns>
    public bool TryAwait(Func<Task> record)
    {
        if (_current.Value is not { Context: { Response.HasStarted: false } context } request)
        {
            return false;
        }

        request.Records.Add(record(), context.Response);
        return true;
    }

    /// <summary>Begins one; in an async method, which takes its surroundings back when it returns.</summary>
    /// <returns>Ends it, for everything that was begun in it too.</returns>
    public GuardedRequest Enter(HttpContext context)
    {
        GuardedRequest request = new(context);
        _current.Value = request;
        return request;
    }
}
