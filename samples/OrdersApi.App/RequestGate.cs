using System;
using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace OrdersApi.App;

/// <summary>What a request must show: the name of its handshake, a certificate that is still good, an account, and the right to the thing.</summary>
internal sealed class RequestGate(FrozenSet<Weakness> weak, TransportGate transport, AccountDirectory accounts)
{
    /// <summary>Runs before every route.</summary>
    public async Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.IsHttps && !weak.Contains(Weakness.NoStrictTransport))
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=63072000; includeSubDomains";
        }

        if (context.Request.IsHttps && !weak.Contains(Weakness.ForeignHost) && !IsForItsHandshake(context))
        {
            await Refuse(context, StatusCodes.Status421MisdirectedRequest, "this connection is for another name");
            return;
        }

        if (!weak.Contains(Weakness.TrustedConnection) && !weak.Contains(Weakness.AnyCertificate)
            && context.Connection.ClientCertificate is { } certificate && !transport.StillAdmits(certificate))
        {
            context.Response.Headers.Connection = HttpProtocol.IsHttp11(context.Request.Protocol) ? "close" : default;
            await Refuse(context, StatusCodes.Status401Unauthorized, "the certificate is no longer good");
            return;
        }

        await next(context);
    }

    /// <summary>The caller's account; null for one who has none.</summary>
    public Account? Caller(HttpContext context) =>
        context.Connection.ClientCertificate is { } certificate ? accounts.Find(certificate) : null;

    /// <summary>Whether the caller may have something of <paramref name="owner"/>; answers in its place when not.</summary>
    public Task<bool> MayReadAsync(HttpContext context, string owner) =>
        MayAsync(context, account => account.Name == owner || account.IsAdmin || weak.Contains(Weakness.NoOwnerRule), mapped: false);

    /// <summary>Whether the caller has an account at all.</summary>
    public Task<bool> MayCallAsync(HttpContext context) => MayAsync(context, _ => true, mapped: false);

    /// <summary>Whether the caller is an administrator.</summary>
    public Task<bool> MayAdministerAsync(HttpContext context) => MayAsync(context, account => account.IsAdmin, mapped: true);

    /// <summary>Whether the caller is staff. The weak API takes the handshake's word for it.</summary>
    public async Task<bool> MayWorkHereAsync(HttpContext context) =>
        weak.Contains(Weakness.ForeignHost) || await MayAsync(context, account => account.IsStaff, mapped: true);

    /// <summary>Whether the invoice route asks who is there.</summary>
    public Task<bool> MayReadInvoiceAsync(HttpContext context, string owner) =>
        weak.Contains(Weakness.RouteGap) && context.Connection.ClientCertificate is null
            ? Task.FromResult(true)
            : MayReadAsync(context, owner);

    public static async Task Refuse(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsJsonAsync(new { error = reason }, context.RequestAborted);
    }

    private async Task<bool> MayAsync(HttpContext context, Func<Account, bool> rule, bool mapped)
    {
        if (!context.Request.IsHttps)
        {
            // Only the plain HTTP weakness opens a port for this: it was "internal".
            return true;
        }

        if (context.Connection.ClientCertificate is { } shown && weak.Contains(Weakness.AccountByCommonName))
        {
            // Part of the flaw: a name out of a certificate goes into a header as it stands, and what no header may hold ends in a 500.
            context.Response.Headers["X-Client-Name"] = shown.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
        }

        if (context.Connection.ClientCertificate is null)
        {
            if (weak.Contains(Weakness.EveryoneServed))
            {
                return true;
            }

            await Refuse(context, StatusCodes.Status401Unauthorized, "a client certificate is required");
            return false;
        }

        var account = Caller(context);
        if (account is null && !mapped && weak.Contains(Weakness.UnmappedServed))
        {
            return true;
        }

        if (account is not null && rule(account))
        {
            return true;
        }

        await Refuse(context, StatusCodes.Status403Forbidden, account is null ? "no account has this certificate" : "not yours");
        return false;
    }

    /// <summary>A client that named no server asked for an address: then the address is what Host must say.</summary>
    private static bool IsForItsHandshake(HttpContext context)
    {
        var asked = context.Features.Get<ITlsHandshakeFeature>()?.HostName ?? "";
        var host = context.Request.Host.Host;
        return asked.Length == 0
            ? IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address)
            : string.Equals(asked, host, StringComparison.OrdinalIgnoreCase) && OrdersApp.IsKnown(host);
    }
}
