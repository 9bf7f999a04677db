using System;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;

namespace Sallyport.AspNetCore;

/// <summary>What the gates keep of a request until it is over, shared by everything that it begins: a context that was left may be another request's already.</summary>
internal sealed class GuardedRequest(HttpContext context) : IDisposable
{
    private HttpContext? _context = context;
    private AwaitedRecords? _awaited;
    private OpenRequest? _open;
    private AuthorizationGate? _authorization;

    /// <summary>The request; null once it is over.</summary>
    public HttpContext? Context => Volatile.Read(ref _context);

    /// <summary>The connection that the first gates let the request by on; null when they have not.</summary>
    public GuardedConnection? Connection { get; private set; }

    /// <summary>What the clock said then; routing, which takes no time, is all that lies between that and the gates that judge by it.</summary>
    public DateTimeOffset LetByAt { get; private set; }

    /// <summary>The records that the answer waits for; null until there is one: hardly a request has any.</summary>
    public AwaitedRecords? Awaited => Volatile.Read(ref _awaited);

    /// <summary>The same, made when there are none yet.</summary>
    public AwaitedRecords Records
    {
        get
        {
            AwaitedRecords made = new();
            return Interlocked.CompareExchange(ref _awaited, made, null) ?? made;
        }
    }

    /// <summary>The first gates let it by.</summary>
    public void LetBy(GuardedConnection connection, DateTimeOffset now) => (Connection, LetByAt) = (connection, now);

    /// <summary>It passed every gate: it is open until it is over, and what is refused at the moment of use is answered by the first gate.</summary>
    public void Serve(OpenRequest open, AuthorizationGate authorization) => (_open, _authorization) = (open, authorization);

    /// <summary>Whether an exception of a request that is served is a refusal, and one that can still be answered.</summary>
    public bool Answers(Exception exception) => Context is { } request && _authorization?.Answers(request, exception) == true;

    /// <summary>Answers it.</summary>
    public Task AnswerAsync(Exception exception) =>
        Context is { } request && _authorization is { } authorization ? authorization.AnswerAsync(request, exception) : Task.CompletedTask;

    /// <summary>The request is over.</summary>
    public void Dispose()
    {
        _open?.Dispose();
        Volatile.Write(ref _context, null);
    }
}
