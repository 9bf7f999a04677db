using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;
using Sallyport.Lab.Processes;
using Sallyport.Lab.Servers;
using Sallyport.Scan.Config;
using Sallyport.Scan.Engine;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Reports;
using Sallyport.Scan.Target;
using Sallyport.Scan.Tests;

namespace Sallyport.Interop.Tests.Remedies;

/// <summary>
/// The programs in the folder Node, each of them twice: with the flaws of its remedies, and with the fixes; all in one Node. What they use is what npm has (express, jsonwebtoken, ...);
/// the database is SQLite (sql.js) behind the calls that the remedies show.
/// </summary>
public sealed class NodeSites : IAsyncDisposable
{
    private const string Ready = "ready ";
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Remedies", "Node");

    // Scans mostly wait, some for seconds: a few at once keep the two cores busy.
    private readonly SemaphoreSlim _turns = new(3);
    private readonly CancellationTokenSource _end = new(TimeSpan.FromMinutes(5));
    private readonly Lock _gate = new();
    private Task<(ServerProcess Process, ScratchFolder Folder, FrozenDictionary<string, int> Ports)>? _started;
    private FrozenDictionary<string, Task<(ScanReport Flawed, ScanReport Mended)>>? _reports;

    /// <summary>The npm modules of the programs.</summary>
    internal static ImmutableArray<string> Modules { get; } = ["express", "jsonwebtoken", "express-session", "express-rate-limit", "cookie-parser", "cors", "ws", "helmet", "ajv", "undici", "graphql", "@apollo/server", "graphql-depth-limit", "sql.js"];

    /// <summary>The programs.</summary>
    public static ImmutableArray<string> Names { get; } =
        [.. Directory.GetFiles(s_folder, "*.js").Select(static file => Path.GetFileNameWithoutExtension(file)).Where(static name => name != "host").Order(StringComparer.Ordinal)];

    /// <summary>Those that are scanned in every run: the others take a minute of both cores, and are scanned where time is no matter.</summary>
    public static ImmutableArray<string> Chosen { get; } =
        Soak.IsOn ? Names : [.. Names.Where(static name => name is "limits-sizes" or "owners" or "sessions-forged" or "tokens-claims")];

    /// <summary>The places in a program.</summary>
    /// <param name="name">The program.</param>
    internal static RemedyPlaces Places(string name) => new(File.ReadAllText(Path.Combine(s_folder, name + ".js")), ServerStack.Node);

    /// <summary>What scans of a program say of it, with the flaws and with the fixes. The first question starts the scans of all programs.</summary>
    /// <param name="pki">The certificates.</param>
    /// <param name="name">The program.</param>
    internal Task<(ScanReport Flawed, ScanReport Mended)> ReportsAsync(LabPki pki, string name)
    {
        lock (_gate)
        {
            _started ??= StartAsync(pki, _end.Token);
            _reports ??= Chosen.ToFrozenDictionary(static one => one, BothAsync);
            return _reports[name];
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_started is { } started)
        {
            // Whoever asked for a report has seen why there is none.
            await Task.WhenAll([started, .. (_reports?.Values ?? [])]).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (started.IsCompletedSuccessfully)
            {
                await (await started).Process.DisposeAsync();
            }
        }

        _end.Dispose();
        _turns.Dispose();
    }

    private static string Named(string name, bool mended) => name + (mended ? "-mended" : "-flawed");

    private async Task<(ScanReport Flawed, ScanReport Mended)> BothAsync(string name)
    {
        await _turns.WaitAsync(_end.Token);
        try
        {
            return (await ScanAsync(name, mended: false), await ScanAsync(name, mended: true));
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>A scan of a program for its rules, in the mode that tries everything.</summary>
    private async Task<ScanReport> ScanAsync(string name, bool mended)
    {
        (ServerProcess process, ScratchFolder folder, FrozenDictionary<string, int> ports) = await (_started ?? throw new InvalidOperationException("Node was not started."));
        string site = Named(name, mended);
        if (!ports.TryGetValue(site, out int port))
        {
            throw new InvalidOperationException($"{site} does not run: {process.Output}");
        }

        // A family of programs shares what is written of their scan: tokens-keys has that of tokens, unless it has one of its own.
        string written = new[] { name, name.Split('-')[0] }.Select(static one => Path.Combine(s_folder, one + ".yaml")).First(File.Exists);
        string text = (await File.ReadAllTextAsync(written, _end.Token))
            .Replace("PKI/", folder.Path + "/pki/", StringComparison.Ordinal).Replace("HERE/", s_folder + "/", StringComparison.Ordinal).Replace("FOLDER/", folder.Path + "/", StringComparison.Ordinal)
            .Replace("BACKEND", ports.GetValueOrDefault(site + "-backend").ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal).Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        ScanOptions options = new() { ConfigurationFile = folder.Write(site + ".yaml", text), Mode = ScanMode.Intrusive, AllowHooks = true, Only = Places(name).Ids };
        ScanRequestAnswer answer = new ScanRequestReader(static _ => null, folder.Path).Read(options);
        using ScanRequest request = answer is ScanRequestAnswer.Accepted accepted ? accepted.Request : throw new InvalidOperationException(answer.ToString());
        return await new Scanner(TimeProvider.System).RunAsync(request with { Limits = request.Limits with { ProbeTimeout = TimeSpan.FromSeconds(20) } }, null, _end.Token);
    }

    private static async Task<(ServerProcess Process, ScratchFolder Folder, FrozenDictionary<string, int> Ports)> StartAsync(LabPki pki, CancellationToken cancellationToken)
    {
        var folder = new ScratchFolder("node-remedies");
        LabIdentity eve = pki.Client("eve");
        LabIdentity server = pki.ServerFor("api.example.com", "app.example.com", "localhost");
        (string Name, string File)[] files =
        [
            .. new[] { pki.Alice, pki.Bob, pki.Root, eve }.SelectMany(static one => new[] { (one.Name + ".pem", one.CertificateFile), (one.Name + ".key", one.KeyFile) }),
            ("server.pem", server.CertificateFile), ("server.key", server.KeyFile), ("server-ca.pem", pki.ServerCa.CertificateFile), ("client-ca.pem", pki.ClientCa.CertificateFile), ("client-ca.key", pki.ClientCa.KeyFile),
        ];
        foreach ((string name, string file) in files)
        {
            folder.Write("pki/" + name, await File.ReadAllTextAsync(file, cancellationToken));
        }

        foreach ((string name, string password) in (IEnumerable<(string, string)>)[("alice", "correct horse 1"), ("bob", "correct horse 22"), ("carol", "password")])
        {
            folder.Write(name + ".password", password);
        }

        string issuer = PemEncoding.WriteString("PUBLIC KEY", server.Certificate.PublicKey.ExportSubjectPublicKeyInfo());
        folder.Write("keys/k1", issuer);
        folder.Write("issuer-public.pem", issuer);
        foreach (string name in Names)
        {
            RemedyPlaces places = Places(name);
            foreach (bool mended in (bool[])[false, true])
            {
                folder.Write($"sites/{Named(name, mended)}.js", $"module.exports = async lab => {{\n{places.Fill(mended)}\n}};\n");
            }
        }

        string given = folder.Write("given.json", JsonSerializer.Serialize(new
        {
            folder = folder.Path,
            sites = folder.Path + "/sites",
            modules = Path.GetDirectoryName(NodeModules.Find(Modules[0])),
            key = folder.Path + "/pki/server.key",
            cert = folder.Path + "/pki/server.pem",
            ca = folder.Path + "/pki/client-ca.pem",
            serverCa = folder.Path + "/pki/server-ca.pem",
            accounts = new[] { pki.Alice, pki.Bob, pki.Root, eve }.ToDictionary(
                static one => string.Join(':', SHA256.HashData(one.Certificate.RawData).Select(static part => part.ToString("X2", CultureInfo.InvariantCulture))),
                one => new { id = one.Name, role = one.Name is "root" or "eve" ? "admin" : "customer", x5t = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(one.Certificate.RawData)) }),
        }));
        ServerProcess process = await ServerProcess.StartAsync(
            folder, () => new ProcessPlan { Program = Binaries.Require(NodeServer.Program), Arguments = [Path.Combine(s_folder, "host.js"), given], ReadyText = Ready }, cancellationToken);
        string line = process.Output.Split('\n').First(static text => text.StartsWith(Ready, StringComparison.Ordinal));
        Dictionary<string, int> ports = JsonSerializer.Deserialize<Dictionary<string, int>>(line.AsSpan(Ready.Length)) ?? throw new InvalidOperationException($"Node said no ports: {line}");
        return (process, folder, ports.ToFrozenDictionary());
    }
}
