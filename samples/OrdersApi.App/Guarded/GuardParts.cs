using System;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrdersApi.App.Data;
using OrdersApi.App.Tokens;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Csrf;
using Sallyport.AspNetCore.EntityFrameworkCore.Identities;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Revocation;
using Sallyport.AspNetCore.Sessions;
using Sallyport.AspNetCore.Tokens;
using Sallyport.Certificates;

namespace OrdersApi.App.Guarded;

/// <summary>The guard of this API: what it is told, and what this API asks of it.</summary>
internal sealed class GuardParts : IDisposable
{
    private readonly GuardFiles _files;
    private readonly X509Certificate2 _server;
    private IDenyList? _denied;
    private ITokenDenyList? _ended;
    private GuardedSessions? _sessions;

    private GuardParts(GuardFiles files, X509Certificate2 server, GuardedAccounts accounts) => (_files, _server, Accounts) = (files, server, accounts);

    public GuardedAccounts Accounts { get; }

    /// <summary>The file of denied certificates.</summary>
    public string DenyList => _files.DenyList;

    /// <summary>The table of routes.</summary>
    public string RouteTable => _files.Routes;

    public GuardedSessions Sessions => _sessions ?? throw NotYet();

    /// <summary>Puts the guard before an application.</summary>
    public static GuardParts Add(WebApplicationBuilder builder, OrdersPki pki, Shop shop, TimeProvider time, string? folder)
    {
        var files = new GuardFiles(pki, shop.Mint, folder);
        var parts = new GuardParts(
            files,
            X509CertificateLoader.LoadPkcs12(pki.Server.ExportPkcs12(""), "", X509KeyStorageFlags.Exportable),
            new GuardedAccounts(pki.Everyone, shop.Data));
        builder.Services.AddSingleton(time);
        builder.AddSallyport(guard => GuardSettings.Apply(guard, parts._files, parts._server));
        if (files.Identities is { } database)
        {
            builder.Services.AddSallyportIdentities(store => store.UseSqlite(database));
        }
        else
        {
            builder.Services.AddSallyportIdentityStore(new InMemoryIdentityStore());
        }

        var owners = new OwnerPolicy();
        builder.Services.AddSingleton<IResourcePolicy<Order>>(owners).AddSingleton<IResourcePolicy<Profile>>(owners).AddSingleton<IResourcePolicy<Account>>(owners);
        builder.WebHost.UseSallyport();
        return parts;
    }

    /// <summary>Takes what the built application has made.</summary>
    public void Take(IServiceProvider services)
    {
        Accounts.Take(
            services.GetRequiredService<ICertificateIdentityStore>(), services.GetRequiredService<IAuditTrail>(), services.GetRequiredService<IIdentityDirectory>());
        _denied = services.GetRequiredService<IDenyList>();
        _ended = services.GetRequiredService<ITokenDenyList>();
        _sessions = new GuardedSessions(services.GetRequiredService<ISallyportSessions>(), services.GetRequiredService<ICsrfTokens>());
    }

    /// <summary>Ends a token before its time (RFC 7009).</summary>
    public void TakeBack(AccessToken token) => (_ended ?? throw NotYet()).Deny(TokenMint.Issuer, token.Id, token.Expires);

    /// <summary>Denies a certificate at once, or takes that back.</summary>
    public void Revoke(ReadOnlySpan<byte> certificate, bool revoked)
    {
        var denied = _denied ?? throw NotYet();
        var thumbprint = CertificateThumbprint.Of(certificate);
        if (revoked)
        {
            denied.Deny(thumbprint);
        }
        else
        {
            denied.Allow(thumbprint);
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _files.Dispose();
    }

    private static InvalidOperationException NotYet() => new("The API is not built yet.");
}
