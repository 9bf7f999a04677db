using System;
using System.Runtime.CompilerServices;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Before the framework's authorization: lets nothing by that has no policy and no reason, and turns refusals at the moment of use into answers.</summary>
internal sealed partial class AuthorizationGate(IAuditTrail audit, RefusalRecorder recorder, UseConflicts conflicts, ILogger<AuthorizationGate> logger)
{
    // An endpoint never changes, so what its metadata says is a fact; it goes when the endpoint goes.
    private readonly ConditionalWeakTable<Endpoint, RouteFacts> _known = [];

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not { } endpoint)
        {
            // Nothing behind the guard serves what no endpoint stands for.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (RefusalOfTheFramework(endpoint) is { } refuse && context.Features.Get<ICallerFeature>() is not null)
        {
            await refuse(context);
            return;
        }

        var facts = _known.GetValue(endpoint, RouteFacts.Of);
        if (!facts.Faults.IsEmpty)
        {
            LogFaulty(RouteFacts.Name(facts.Route), facts.Faults[0]);
            await RefusedRequests.RecordAsync(audit, context, facts.Faults[0]);
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            await next(context);
        }
        catch (Exception e) when (Answers(context, e))
        {
            await AnswerAsync(context, e);
        }
    }

    /// <summary>Whether an exception is a refusal at the moment of use, and the answer has not begun.</summary>
    public bool Answers(HttpContext context, Exception exception) => !context.Response.HasStarted && (RefusalIn(exception) is not null || conflicts.Has(exception));

    /// <summary>Turns such a refusal into an answer.</summary>
    public async Task AnswerAsync(HttpContext context, Exception exception)
    {
        UseRefusal refusal = UseRefusal.Changed;
        if (RefusalIn(exception) is { } refused)
        {
            refusal = refused.Refusal;
        }
        else
        {
            // Saved or committed by the application itself, with a use gate's authorizations behind it.
            await recorder.RefuseAsync(context.Features.Get<ICallerFeature>(), refusal, UseConflicts.Detail, context.RequestAborted, exception);
        }

        context.Response.Clear();
        context.Response.StatusCode = Status(context, refusal);
    }

    /// <summary>A store may wrap what is thrown inside it.</summary>
    private static UseRefusedException? RefusalIn(Exception? exception)
    {
        while (exception is not null and not UseRefusedException)
        {
            exception = exception.InnerException;
        }

        return exception as UseRefusedException;
    }

    internal static int Status(HttpContext context, UseRefusal refusal) => refusal switch
    {
        UseRefusal.NoCaller => StatusCodes.Status401Unauthorized,
        UseRefusal.NotAllowed or UseRefusal.NotFound => StatusCodes.Status404NotFound,
        UseRefusal.Changed when context.Request.Headers.ContainsKey(HeaderNames.IfMatch) => StatusCodes.Status412PreconditionFailed,
        UseRefusal.Changed => StatusCodes.Status409Conflict,
        _ => StatusCodes.Status403Forbidden,
    };

    /// <summary>Routing answers a wrong method or content type by an endpoint of its own, without metadata: it serves nothing, and a caller may know.</summary>
    private static RequestDelegate? RefusalOfTheFramework(Endpoint endpoint) =>
        endpoint is not RouteEndpoint && endpoint.Metadata.Count == 0
        && endpoint.RequestDelegate is { } answer && answer.Method.DeclaringType?.Assembly == typeof(RouteEndpoint).Assembly
            ? answer
            : null;

    [LoggerMessage(EventId = 2392, Level = LogLevel.Error, Message = "Refused a request for {Route}, which {Fault}.")]
    private partial void LogFaulty(string route, string fault);
}
