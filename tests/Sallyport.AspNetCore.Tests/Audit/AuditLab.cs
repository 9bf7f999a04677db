using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Sallyport.AspNetCore.Audit;
using Sallyport.AspNetCore.Forwarding;
using Sallyport.AspNetCore.Lockout;
using Sallyport.AspNetCore.Trust;

namespace Sallyport.AspNetCore.Tests.Audit;

/// <summary>A folder with an audit log in it, opened as often as the test likes.</summary>
internal sealed class AuditLab : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-audit-");
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public AuditLab() => Telemetry = new GuardTelemetry(_services.GetRequiredService<IMeterFactory>());

    public GuardTelemetry Telemetry { get; }

    public string Folder => _folder.FullName;

    public string Log => Path.Combine(Folder, "audit.jsonl");

    public string KeyFile => Log + ".key";

    public byte[] Key => Convert.FromBase64String(File.ReadAllText(KeyFile));

    /// <summary>Every file of the log, in order.</summary>
    public IReadOnlyList<string> Files => AuditVerifier.FilesOf(Log);

    /// <summary>A trail that has opened the log, as a host that starts would.</summary>
    public async Task<AuditTrail> OpenAsync(Action<AuditOptions>? configure = null, TimeProvider? time = null)
    {
        var trail = Make(configure, time);
        await trail.StartingAsync(TestContext.Current.CancellationToken);
        return trail;
    }

    public AuditTrail Make(Action<AuditOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new SallyportOptions();
        options.Audit.File = Log;
        configure?.Invoke(options.Audit);
        return new AuditTrail(Options.Create(options), new Environment(Folder), Telemetry, time ?? TimeProvider.System, NullLogger<AuditTrail>.Instance);
    }

    /// <summary>The folders of the edge alone, without what the rest of the guard asks for at start.</summary>
    public static void AddEdge(IServiceCollection services, Action<SallyportOptions> configure)
    {
        services.AddOptions<SallyportOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton(TimeProvider.System).AddSingleton<TrustHolder>().AddSingleton<CertificateJudge>();
        services.AddLogging().AddAudit().AddLockout().AddForwarding();
    }

    public AuditVerdict Verify(params IEnumerable<AuditCheckpoint> checkpoints) => AuditVerifier.Verify(Files, Key, checkpoints);

    /// <summary>The records that are in the log now.</summary>
    public List<JsonElement> Records() => [.. Files.SelectMany(Lines).Select(static line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The lines of one file while another may write it.</summary>
    public static List<string> Lines(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }

    public static AuditEvent Refusal(string reason = AuditReasons.CertificateMissing, string? detail = null) =>
        new() { Kind = AuditKind.Refused, Reason = reason, Detail = detail };

    public static AuditEvent Change(string? detail = null) =>
        new() { Kind = AuditKind.Changed, Reason = AuditReasons.ConnectionClosed, Detail = detail };

    public void Dispose()
    {
        _services.Dispose();
        _folder.Delete(recursive: true);
    }

    private sealed class Environment(string root) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Test";

        public string ApplicationName { get; set; } = "Test";

        public string ContentRootPath { get; set; } = root;

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
