using System;
using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Sallyport.AspNetCore.Audit;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>This test module as a process that does nothing but write an audit log, until it is killed or the disk is full.</summary>
/// <remarks>
/// One thread of this module only, and no code of it on any other: the module's initializer is still running. The load is many records under way at once.
/// </remarks>
internal static class AuditChild
{
    /// <summary>The variable that makes a test process the child, and names its log.</summary>
    public const string Variable = "SALLYPORT_AUDIT_CHILD";

    private const int UnderWay = 64;

    [ModuleInitializer]
    internal static void Become()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } log)
        {
            return;
        }

        Write(log);
        Environment.Exit(0);
    }

    private static void Write(string log)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = Path.GetDirectoryName(log) });
        AuditLab.AddEdge(builder.Services, options => options.Audit.File = log);
        using IHost host = builder.Build();
        var trail = (IAuditTrail?)host.Services.GetService(typeof(IAuditTrail)) ?? throw new InvalidOperationException("No trail.");
        var written = new Task[UnderWay];
        using Stream output = Console.OpenStandardOutput();
        for (long number = 0; ; number += UnderWay)
        {
            for (int i = 0; i < UnderWay; i++)
            {
                written[i] = trail.RecordAsync(
                    new AuditEvent { Kind = AuditKind.Changed, Reason = AuditReasons.ConnectionClosed, Detail = $"record {number + i} of many" }, CancellationToken.None).AsTask();
            }

            for (int i = 0; i < UnderWay; i++)
            {
                try
                {
                    written[i].Wait();
                }
                catch (AggregateException e) when (e.InnerException is AuditUnavailableException)
                {
                    return;
                }

                // Said only once it was acknowledged; the pipe is the kernel's, so a kill takes nothing back.
                output.Write(System.Text.Encoding.ASCII.GetBytes($"{number + i}\n"));
            }
        }
    }
}
