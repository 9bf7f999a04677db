using System;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Transport;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Connections;

/// <summary>The first gate of a request: the connection came through the transport gate, and its certificate still counts.</summary>
internal sealed class ConnectionGate(TrustHolder trust, CertificateJudge judge, TimeProvider time, GuardJournal journal)
{
    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IGuardedConnectionFeature>() is not { Connection: var connection })
        {
            return RefuseAsync(context, AuditReasons.ConnectionUnguarded, "no connection of the guard");
        }

        return Refusal(connection) is { } refusal
            ? RefuseAsync(context, $"{AuditReasons.CertificateRefused}:{refusal.Reason}", refusal.ToString())
            : next(context);
    }

    /// <summary>Whether a connection no longer counts.</summary>
    /// <returns>Null when it does.</returns>
    public Refusal? Refusal(GuardedConnection connection) => Refusal(connection, time.GetUtcNow());

    /// <summary>The same at a reading of the clock.</summary>
    public Refusal? Refusal(GuardedConnection connection, DateTimeOffset now) => connection.Recheck(judge, trust.Current?.Epoch ?? 0, now);

    private async Task RefuseAsync(HttpContext context, string reason, string detail)
    {
        // The connection carries nothing more: HTTP/1.1 says so in the answer, HTTP/2 in a GOAWAY.
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        await journal.RequestRefusedAsync(context, reason, detail);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.Headers.Connection = HttpProtocol.IsHttp2(context.Request.Protocol) ? default : "close";
    }
}
