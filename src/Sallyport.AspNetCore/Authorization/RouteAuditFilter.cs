using System;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace Sallyport.AspNetCore.Authorization;

/// <summary>Runs the audit when the pipeline is configured, so that every source of endpoints is there, and the server does not listen yet.</summary>
internal sealed class RouteAuditFilter(RouteAudit audit) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        next(app);
        audit.Start();
    };
}
