using System;
using System.Collections.Frozen;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Connections;

namespace Sallyport.AspNetCore.Transport;

/// <summary>The host that a request asks for is the one that its connection was made for; 421 otherwise. Per request, and so per stream on HTTP/2.</summary>
/// <remarks>RFC 9110, section 7.4. Rules that depend on the name a client said in the handshake cannot be walked round by another name in the request.</remarks>
internal sealed class HostGate
{
    private readonly FrozenSet<string> _withoutServerName;
    private readonly GuardJournal _journal;

    public HostGate(IOptions<SallyportOptions> options, GuardJournal journal)
    {
        _withoutServerName = options.Value.Hosts.Select(static host => HostName.Canonical(host)).ToFrozenSet(StringComparer.Ordinal);
        _journal = journal;
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next) => IsRight(context) ? next(context) : RefuseAsync(context);

    // The connection gate stands before this one; without it nothing is right.
    private bool IsRight(HttpContext context) =>
        context.Features.Get<IGuardedConnectionFeature>() is { Connection: var connection } && IsRight(context, connection);

    /// <summary>Whether a request asks for the host that its connection was made for.</summary>
    public bool IsRight(HttpContext context, GuardedConnection connection)
    {
        // The server keeps a connection's texts while they stay the same, so that it is nearly always the very same one; of the header, as
        // what the request makes of it is made anew each time.
        var asked = context.Request.Headers.Host;
        if (asked is [{ } host] && ReferenceEquals(host, connection.RightHost))
        {
            return true;
        }

        var isRight = IsRight(HostName.WithoutPort(context.Request.Host.Value), context, connection);
        if (isRight && asked is [{ } right])
        {
            connection.RightHost = right;
        }

        return isRight;
    }

    private bool IsRight(ReadOnlySpan<char> asked, HttpContext context, GuardedConnection connection)
    {
        if (asked.IsEmpty)
        {
            return false;
        }

        return connection.ServerHost is { } named
            ? asked.Equals(named, StringComparison.OrdinalIgnoreCase) || HostName.Canonical(asked) == named
            : HostName.IsLiteralOf(asked, context.Connection.LocalIpAddress) || _withoutServerName.Contains(HostName.Canonical(asked));
    }

    private async Task RefuseAsync(HttpContext context)
    {
        var named = context.Features.Get<IGuardedConnectionFeature>()?.Connection.ServerName;
        await _journal.RequestRefusedAsync(context, AuditReasons.Misdirected, $"SNI {named ?? "(none)"}, Host {context.Request.Host.Value}");
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
    }
}
