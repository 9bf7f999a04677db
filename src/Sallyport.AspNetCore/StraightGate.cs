using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Connections;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Lockout;

namespace Sallyport.AspNetCore;

/// <summary>Asks the gates behind routing in one step, for the commonest request. It never refuses: every other request goes through the gates.</summary>
/// <remarks>
/// The commonest: a direct connection, a certificate of an account, a safe method, neither cookie nor token, an endpoint that asks for an account and roles and
/// for nothing else. What the gates ask is asked here, of the same services at the same moment, so that nothing passes that would not pass there. Where an
/// application has added anything to authentication or authorization, there is no such way.
/// </remarks>
internal sealed class StraightGate
{
    private readonly IAuthenticationSchemeProvider _schemes;
    private readonly CertificateAuthenticator _authenticator;
    private readonly CurrentRequest _current;
    private readonly ILockout _lockout;
    private readonly AuthorizationGate _authorization;
    private readonly bool _records;
    private readonly OpenRequests _open;
    private readonly RequestDelegate _next;
    private readonly RequestDelegate _gates;

    // An endpoint never changes, so what its metadata says is a fact; it goes when the endpoint goes.
    private readonly ConditionalWeakTable<Endpoint, StraightWay> _known = [];

    private StraightGate(IServiceProvider services, RequestDelegate next, RequestDelegate gates)
    {
        _schemes = services.GetRequiredService<IAuthenticationSchemeProvider>();
        _authenticator = services.GetRequiredService<CertificateAuthenticator>();
        _current = services.GetRequiredService<CurrentRequest>();
        _lockout = services.GetRequiredService<ILockout>();
        _authorization = services.GetRequiredService<AuthorizationGate>();
        _records = services.GetRequiredService<AcceptedGate>().Records;
        _open = services.GetRequiredService<OpenRequests>();
        _next = next;
        _gates = gates;
    }

    /// <summary>Adds it before the gates.</summary>
    public static void Use(IApplicationBuilder app, Action<IApplicationBuilder> gates)
    {
        IServiceProvider services = app.ApplicationServices;
        if (!CallerGate.IsOrdinary(services) || !AccountGate.IsOrdinary(services))
        {
            gates(app);
            return;
        }

        ShortWay.Add(app, gates, (next, through) => new StraightGate(services, next, through).InvokeAsync);
    }

    private Task InvokeAsync(HttpContext context)
    {
        if (_current.Held is not { Connection: { } connection } request || Passing(context, connection, request.LetByAt) is not { } caller)
        {
            return _gates(context);
        }

        // What the gates would have left behind; what cookies are bound to is the connection's, set with its handshake.
        // By type: the generic way takes several times as long in the server's collection.
        IFeatureCollection features = context.Features;
        features[typeof(ICallerFeature)] = caller;
        features[typeof(IHttpAuthenticationFeature)] = new CallerUser(caller.Claims);
        AuthorizedItems.Mark(context);
        request.Serve(_open.EnterByCertificate(context, caller, connection), _authorization);
        return _next(context);
    }

    /// <summary>Whose request it is, when no gate has anything to say to it.</summary>
    private CallerFact? Passing(HttpContext context, GuardedConnection connection, DateTimeOffset now)
    {
        IHeaderDictionary headers = context.Request.Headers;

        // By type: the generic way takes several times as long in the server's collection.
        if (context.Features[typeof(IEndpointFeature)] is not IEndpointFeature { Endpoint: { } endpoint }
            || WayOf(endpoint, connection) is not { IsStraight: true } way
            || headers.Authorization.Count > 0
            || headers.Cookie.Count > 0
            || RequestOrigin.ChangesState(context.Request)
            || _records
            || !CountedSchemes.IsCertificateAlone(_schemes))
        {
            return null;
        }

        // The account is the one of the identities' present epoch, and active: it need not be found a second time for its roles.
        return _authenticator.Authenticate(connection, forwarded: null, now).Caller is { } caller
            && _lockout.LockedFor(caller.Identity.Name) is null
            && way.Demand.IsMetBy(caller.Identity)
                ? caller
                : null;
    }

    /// <summary>What is known of an endpoint. A connection mostly asks for the same again, and remembers the last.</summary>
    private StraightWay WayOf(Endpoint endpoint, GuardedConnection connection)
    {
        if (connection.LastWay is { } last && ReferenceEquals(last.Endpoint, endpoint))
        {
            return last;
        }

        StraightWay way = _known.GetValue(endpoint, StraightWay.Of);
        connection.LastWay = way;
        return way;
    }
}
