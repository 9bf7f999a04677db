using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>`openssl s_server`, one process per way of asking. HTTP/1.0 from files, one connection at a time, no owner rule.</summary>
/// <remarks>It answers 200 with an error text for a file that is not there.</remarks>
public sealed class OpensslServer : IAsyncDisposable
{
    /// <summary>The program, for <see cref="Binaries"/>.</summary>
    public const string Program = "openssl";

    private const string Accepting = "ACCEPT 127.0.0.1:";

    private readonly ImmutableArray<ServerProcess> _processes;

    private OpensslServer(ImmutableArray<ServerProcess> processes)
    {
        _processes = processes;
    }

    /// <summary>-verify: asks, believes whatever comes, and serves those without a certificate.</summary>
    public LabEndpoint Asked => Endpoint("openssl -verify", 0);

    /// <summary>-verify with -verify_return_error: asks, refuses bad certificates by alert, and serves those without one.</summary>
    public LabEndpoint AskedAndChecked => Endpoint("openssl -verify -verify_return_error", 1);

    /// <summary>-Verify: demands a certificate and believes whatever comes. A broken verifier.</summary>
    public LabEndpoint Demanded => Endpoint("openssl -Verify", 2);

    /// <summary>-Verify with -verify_return_error: the strict one, every refusal with its own alert.</summary>
    public LabEndpoint DemandedAndChecked => Endpoint("openssl -Verify -verify_return_error", 3);

    /// <summary>No client certificate asked for.</summary>
    public LabEndpoint Off => Endpoint("openssl without -verify", 4);

    /// <summary>What they have printed, for diagnosis.</summary>
    public string Output => string.Join(Environment.NewLine, _processes.Select(process => process.Output));

    /// <summary>Starts them; every site answers when this returns.</summary>
    public static async Task<OpensslServer> StartAsync(ServerMaterial material, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(material);
        string[][] askings =
        [
            ["-verify", "3"],
            ["-verify", "3", "-verify_return_error"],
            ["-Verify", "3"],
            ["-Verify", "3", "-verify_return_error"],
            [],
        ];
        var started = await Task.WhenAll(askings.Select(asking => ServerProcess.StartAsync(
            Documents(),
            () => Plan(material, asking),
            cancellationToken)));
        return new OpensslServer([.. started]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }

    private static ProcessPlan Plan(ServerMaterial material, IEnumerable<string> asking) => new()
    {
        Program = Binaries.Require(Program),
        Arguments =
        [
            "s_server", "-accept", "127.0.0.1:0", "-HTTP",
            "-cert", material.ServerCertificateFile, "-key", material.ServerKeyFile,
            "-CAfile", material.ClientCaFile, "-no-CApath", "-no-CAstore",
            .. asking,
        ],
        ReadyText = Accepting,
    };

    private static ScratchFolder Documents()
    {
        var folder = new ScratchFolder("openssl");
        Document(folder, "public", LabApi.PublicBody);
        Document(folder, "shared", LabApi.Shared("localhost"));
        foreach (var user in LabApi.Users)
        {
            Document(folder, Path.Combine("profiles", user), LabApi.Profile(user));
            Document(folder, Path.Combine("reports", user), LabApi.Report(user));
        }

        return folder;
    }

    private static void Document(ScratchFolder folder, string name, string body) =>
        folder.Write(name, $"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}");

    private LabEndpoint Endpoint(string site, int index)
    {
        var output = _processes[index].Output;
        var port = output.AsSpan(output.IndexOf(Accepting, StringComparison.Ordinal) + Accepting.Length);
        return new LabEndpoint(site, int.Parse(port[..port.IndexOf('\n')], CultureInfo.InvariantCulture));
    }
}
