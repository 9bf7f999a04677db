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
    // There is one for every request, so that it is small: what few ever need is made for those. Of the states, any other number is the thread that holds it.
    private const int Open = 0;
    private const int Over = -1;
    private readonly HttpContext _context;
    private readonly Term? _term;
    private OpenRequestList.Link _place;
    private Doubts? _doubts;
    private int _state;
    private long _checkedVersion;

    public OpenRequest(HttpContext context, ICallerFeature caller, DateTimeOffset now, TimeSpan skew)
    {
        _context = context;
        Caller = caller;
        _term = new Term(now, skew, context.Features.Get<ITokenFeature>() as AcceptedToken, context.Features.Get<IBoundSessionFeature>() is not null);
        _checkedVersion = caller.Identity.Version;
    }

    /// <summary>One that is known to have neither token nor session, so that nothing of it ends by the clock.</summary>
    public OpenRequest(HttpContext context, ICallerFeature caller, GuardedConnection? carrier = null)
    {
        _context = context;
        Carrier = carrier;
        Caller = caller;
        _checkedVersion = caller.Identity.Version;
    }

    /// <summary>Who was found to make it.</summary>
    public ICallerFeature Caller { get; }

    /// <summary>The certificate behind it.</summary>
    public CertificateThumbprint Certificate => Caller.Certificate.Thumbprint;

    /// <summary>When it was let in; means nothing without a token or a session.</summary>
    public DateTimeOffset EnteredAt => _term?.EnteredAt ?? default;

    /// <summary>Its token; null when it came without.</summary>
    public AcceptedToken? Token => _term?.Token;

    /// <summary>When its token ends; null when it has none.</summary>
    /// <remarks>One that was taken in the seconds after its end that clocks may differ by has those seconds.</remarks>
    public DateTimeOffset? TokenEndsAt => Token is not { } token ? null : token.ExpiresAt > EnteredAt ? token.ExpiresAt : token.ExpiresAt + (_term?.Skew ?? default);

    /// <summary>The connection that keeps it in mind; null when the list does.</summary>
    public GuardedConnection? Carrier { get; }

    /// <summary>Where it stands among those under way; for the list alone.</summary>
    public ref OpenRequestList.Link Place => ref _place;

    /// <summary>Whether it came with a session.</summary>
    public bool HasSession => _term?.HasSession == true;

    /// <summary>The version of the account that its route's policy was last asked for.</summary>
    public long CheckedVersion
    {
        get => Volatile.Read(ref _checkedVersion);
        set => Volatile.Write(ref _checkedVersion, value);
    }

    /// <summary>Since when its policy cannot be asked; null while it can. For the watch alone.</summary>
    public DateTimeOffset? UndecidedSince
    {
        get => _doubts?.Undecided;
        set => Doubt(value)?.Undecided = value;
    }

    /// <summary>Since when its session cannot be looked up; null while it can. For the watch alone.</summary>
    public DateTimeOffset? UnknownSince
    {
        get => _doubts?.Unknown;
        set => Doubt(value)?.Unknown = value;
    }

    /// <summary>Reads something of the request while it cannot end: a context that was left may be another request's already.</summary>
    /// <returns>The default when it is over.</returns>
    public T? Read<T>(Func<HttpContext, T?> read)
    {
        if (!TryHold())
        {
            return default;
        }

        try
        {
            return read(_context);
        }
        finally
        {
            Interlocked.CompareExchange(ref _state, Open, Environment.CurrentManagedThreadId);
        }
    }

    /// <summary>Its session as it is now: one that the request itself ended or changed is not the one it came with.</summary>
    public BoundSession? Session() => HasSession ? Read(static context => context.Features.Get<IBoundSessionFeature>()?.Session) : null;

    /// <summary>Aborts it unless it is over: a stream of HTTP/2 alone, or the connection of HTTP/1.1 that carries nothing else meanwhile.</summary>
    public bool TryAbort()
    {
        if (!TryHold())
        {
            return false;
        }

        try
        {
            _context.Abort();
            return true;
        }
        finally
        {
            Volatile.Write(ref _state, Over);
        }
    }

    /// <summary>The request is over.</summary>
    public void Dispose()
    {
        if (TryHold() || IsHeldHere)
        {
            Volatile.Write(ref _state, Over);
        }

        OpenRequestList.Remove(this);
    }

    private bool IsHeldHere => Volatile.Read(ref _state) == Environment.CurrentManagedThreadId;

    /// <summary>Waits until nobody else holds it, which is never long.</summary>
    /// <returns>False when it is over; or when this thread holds it already, as when an abort ends the request on its way.</returns>
    private bool TryHold()
    {
        int self = Environment.CurrentManagedThreadId;
        var spin = default(SpinWait);
        while (true)
        {
            int was = Interlocked.CompareExchange(ref _state, self, Open);
            if (was == Open)
            {
                return true;
            }

            if (was == Over || was == self)
            {
                return false;
            }

            spin.SpinOnce();
        }
    }

    private Doubts? Doubt(DateTimeOffset? since) => since is null ? _doubts : _doubts ??= new Doubts();

    /// <summary>What of it ends by the clock.</summary>
    private sealed record Term(DateTimeOffset EnteredAt, TimeSpan Skew, AcceptedToken? Token, bool HasSession);

    /// <summary>Since when something cannot be asked.</summary>
    private sealed class Doubts
    {
        public DateTimeOffset? Undecided { get; set; }

        public DateTimeOffset? Unknown { get; set; }
    }
}
