using System;
using System.Threading;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Connections;

/// <summary>A request under way, with what it was let in by: whose it is, its token and its session.</summary>
internal sealed class OpenRequest : IDisposable
{
    private readonly Lock _gate = new();
    private readonly HttpContext _context;
    private readonly OpenRequests _all;
    private bool _isOver;
    private long _checkedVersion;

    public OpenRequest(HttpContext context, ICallerFeature caller, DateTimeOffset now, TimeSpan skew, OpenRequests all)
    {
        _context = context;
        _all = all;
        Caller = caller;
        EnteredAt = now;
        Token = context.Features.Get<ITokenFeature>() as AcceptedToken;
        HasSession = context.Features.Get<IBoundSessionFeature>() is not null;
        _checkedVersion = caller.Identity.Version;

        // One that was taken in the seconds after its end that clocks may differ by has those seconds.
        TokenEndsAt = Token is { } token ? token.ExpiresAt > now ? token.ExpiresAt : token.ExpiresAt + skew : null;
    }

    /// <summary>Who was found to make it.</summary>
    public ICallerFeature Caller { get; }

    /// <summary>The certificate behind it.</summary>
    public CertificateThumbprint Certificate => Caller.Certificate.Thumbprint;

    /// <summary>When it was let in.</summary>
    public DateTimeOffset EnteredAt { get; }

    /// <summary>Its token; null when it came without.</summary>
    public AcceptedToken? Token { get; }

    /// <summary>When its token ends; null when it has none.</summary>
    public DateTimeOffset? TokenEndsAt { get; }

    /// <summary>Whether it came with a session.</summary>
    public bool HasSession { get; }

    /// <summary>The version of the account that its route's policy was last asked for.</summary>
    public long CheckedVersion
    {
        get => Volatile.Read(ref _checkedVersion);
        set => Volatile.Write(ref _checkedVersion, value);
    }

    /// <summary>Since when its policy cannot be asked; null while it can. For the watch alone.</summary>
    public DateTimeOffset? UndecidedSince { get; set; }

    /// <summary>Since when its session cannot be looked up; null while it can. For the watch alone.</summary>
    public DateTimeOffset? UnknownSince { get; set; }

    /// <summary>Reads something of the request while it cannot end: a context that was left may be another request's already.</summary>
    /// <returns>The default when it is over.</returns>
    public T? Read<T>(Func<HttpContext, T?> read)
    {
        lock (_gate)
        {
            return _isOver ? default : read(_context);
        }
    }

    /// <summary>Its session as it is now: one that the request itself ended or changed is not the one it came with.</summary>
    public BoundSession? Session() => HasSession ? Read(static context => context.Features.Get<IBoundSessionFeature>()?.Session) : null;

    /// <summary>Aborts it unless it is over: a stream of HTTP/2 alone, or the connection of HTTP/1.1 that carries nothing else meanwhile.</summary>
    public bool TryAbort()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return false;
            }

            _isOver = true;
            _context.Abort();
            return true;
        }
    }

    /// <summary>The request is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
        }

        _all.Leave(this);
    }
}
