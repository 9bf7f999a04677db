using System;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Identity;

namespace Sallyport.AspNetCore.Csrf;

/// <summary>Refuses state changes that a page of another site makes a browser send, with whatever the browser adds by itself: cookie or client certificate.</summary>
internal sealed class CsrfGate(CsrfTokens tokens, IAuditTrail audit, IOptions<SallyportOptions> options)
{
    private static readonly ImmutableArray<string> _methodOverrides = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];
    private readonly FrozenSet<string> _trusted = options.Value.TrustedOrigins.ToFrozenSet(StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // A method that only a header names was not judged by anybody: nobody further in hears of it.
        foreach (string name in _methodOverrides)
        {
            context.Request.Headers.Remove(name);
        }

        if (!RequestOrigin.ChangesState(context.Request))
        {
            return next(context);
        }

        EndpointMetadataCollection? metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<CrossSiteMetadata>() is null && RequestOrigin.Judge(context.Request, _trusted) is { } refusal)
        {
            return RefuseAsync(context, refusal);
        }

        return metadata?.GetMetadata<CsrfTokenMetadata>() is null ? next(context) : DemandTokenAsync(context, next);
    }

    private async Task DemandTokenAsync(HttpContext context, RequestDelegate next)
    {
        if (!tokens.IsValid(context, await ReadTokenAsync(context)))
        {
            await RefuseAsync(context, "form-token");
            return;
        }

        await next(context);
    }

    private async Task<string?> ReadTokenAsync(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(tokens.HeaderName, out var header))
        {
            return header.Count == 1 ? header[0] : null;
        }

        if (!context.Request.HasFormContentType)
        {
            return null;
        }

        try
        {
            IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
            return form.TryGetValue(tokens.FieldName, out var field) && field.Count == 1 ? field[0] : null;
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return null; // no form that can be read
        }
    }

    private async Task RefuseAsync(HttpContext context, string refusal)
    {
        await audit.RecordAsync(RequestEvents.Refused(context, $"{AuditReasons.CrossSite}:{refusal}"), context.RequestAborted);
        await Problem.WriteAsync(context, StatusCodes.Status403Forbidden);
    }
}
