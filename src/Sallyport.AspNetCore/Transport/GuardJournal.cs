using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Transport;

/// <summary>Says what the gates decided, three ways: in the log, in the counters of the meter <c>Sallyport</c>, and in the audit trail when there is one.</summary>
internal sealed partial class GuardJournal
{
    private readonly ILogger<GuardJournal> _logger;
    private readonly TimeProvider _time;
    private readonly IAuditTrail? _trail;
    private readonly Counter<long> _handshakes;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _aborted;

    public GuardJournal(ILogger<GuardJournal> logger, TimeProvider time, IMeterFactory meters, ConnectionRegistry registry, IEnumerable<IAuditTrail> trails)
    {
        _logger = logger;
        _time = time;
        _trail = trails.FirstOrDefault();
        var meter = meters.Create("Sallyport");
        _handshakes = meter.CreateCounter<long>("sallyport.handshakes", "{handshake}", "Handshakes by result and reason.");
        _refused = meter.CreateCounter<long>("sallyport.requests.refused", "{request}", "Requests that a gate refused, by reason.");
        _closed = meter.CreateCounter<long>("sallyport.connections.closed", "{connection}", "Connections that lost their right, by reason.");
        _aborted = meter.CreateCounter<long>("sallyport.requests.aborted", "{request}", "Requests under way that lost their right, by reason.");
        meter.CreateObservableGauge("sallyport.connections.open", () => registry.Count, "{connection}", "Guarded connections that are open.");
    }

    public void HandshakeAccepted() => _handshakes.Add(1, new KeyValuePair<string, object?>("result", "accepted"));

    public void HandshakeRefused(EndPoint? remote, string reason, CertificateThumbprint? certificate, string? detail)
    {
        _handshakes.Add(1, new("result", "refused"), new("reason", reason));
        if (_logger.IsEnabled(LogLevel.Information))
        {
            LogHandshakeRefused(remote, reason, certificate);
        }

        _trail?.Note(new AuditEvent
        {
            Kind = AuditKind.Refused,
            Reason = reason,
            Remote = (remote as IPEndPoint)?.Address,
            Certificate = certificate,
            Detail = detail,
        });
    }

    public async ValueTask RequestRefusedAsync(HttpContext context, string reason, string? detail)
    {
        _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));
        var certificate = context.Features.Get<IGuardedConnectionFeature>()?.Connection.Certificate.Thumbprint;
        if (_logger.IsEnabled(LogLevel.Information))
        {
            LogRequestRefused(context.TraceIdentifier, reason, certificate);
        }

        if (_trail is not null)
        {
            await _trail.RecordAsync(
                new AuditEvent
                {
                    Kind = AuditKind.Refused,
                    Reason = reason,
                    Remote = context.Connection.RemoteIpAddress,
                    Certificate = certificate,
                    Route = $"{context.Request.Method} {(context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText}",
                    Detail = detail,
                },
                context.RequestAborted);
        }
    }

    public void ConnectionClosed(OpenConnection connection, string why)
    {
        var certificate = connection.Standing.Certificate.Thumbprint;
        _closed.Add(1, new KeyValuePair<string, object?>("reason", why));
        if (_logger.IsEnabled(LogLevel.Information))
        {
            LogConnectionClosed(connection.Remote, why, certificate, connection.Identity, _time.GetUtcNow() - connection.OpenedAt);
        }

        _trail?.Note(new AuditEvent
        {
            Kind = AuditKind.Changed,
            Reason = $"{AuditReasons.ConnectionClosed}:{why}",
            Remote = (connection.Remote as IPEndPoint)?.Address,
            Certificate = certificate,
            Identity = connection.Identity,
        });
    }

    public void RequestAborted(OpenRequest request, string why, string? route)
    {
        _aborted.Add(1, new KeyValuePair<string, object?>("reason", why));
        if (_logger.IsEnabled(LogLevel.Information))
        {
            LogRequestAborted(route, why, request.Certificate, request.Caller.Identity.Name, _time.GetUtcNow() - request.EnteredAt);
        }

        _trail?.Note(new AuditEvent
        {
            Kind = AuditKind.Changed,
            Reason = $"{AuditReasons.RequestAborted}:{why}",
            Certificate = request.Certificate,
            Identity = request.Caller.Identity.Name,
            Route = route,
        });
    }

    [LoggerMessage(EventId = 2313, Level = LogLevel.Information, Message = "Aborted {Route} under way: {Reason} (certificate {Certificate}, identity {Identity}, open for {Age}).", SkipEnabledCheck = true)]
    private partial void LogRequestAborted(string? route, string reason, CertificateThumbprint certificate, string identity, TimeSpan age);

    [LoggerMessage(EventId = 2310, Level = LogLevel.Information, Message = "Refused a handshake of {Remote}: {Reason} (certificate {Certificate}).", SkipEnabledCheck = true)]
    private partial void LogHandshakeRefused(EndPoint? remote, string reason, CertificateThumbprint? certificate);

    [LoggerMessage(EventId = 2311, Level = LogLevel.Information, Message = "Refused request {Request}: {Reason} (certificate {Certificate}).", SkipEnabledCheck = true)]
    private partial void LogRequestRefused(string request, string reason, CertificateThumbprint? certificate);

    [LoggerMessage(EventId = 2312, Level = LogLevel.Information, Message = "Closed the connection of {Remote}: {Reason} (certificate {Certificate}, identity {Identity}, open for {Age}).", SkipEnabledCheck = true)]
    private partial void LogConnectionClosed(EndPoint? remote, string reason, CertificateThumbprint certificate, string? identity, TimeSpan age);
}
