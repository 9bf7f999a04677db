using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.Lab.Servers;

/// <summary>A PostgreSQL cluster of its own on a unix socket, without any port. Only this user (and root) may enter its folder.</summary>
/// <remarks>It refuses to run as root: then it runs as the user that its package made, or as nobody.</remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Versions = "/usr/lib/postgresql";
    private const string Ready = "database system is ready to accept connections";

    /// <summary>Makes the cluster, then becomes the server: one process group, gone with the test.</summary>
    private const string Script =
        """
        set -e
        bin=$1 data=$2 as=$3
        run=()
        if [ "$(id -u)" -eq 0 ]; then
          chown "$as" "$data"
          run=(setpriv --reuid "$as" --regid "$(id -g "$as")" --clear-groups)
        fi
        cd "$data"
        "${run[@]}" env LC_ALL=C "$bin/initdb" -D "$data/cluster" -U sallyport -A trust -E UTF8 --locale=C --no-sync >/dev/null
        exec "${run[@]}" env LC_ALL=C "$bin/postgres" -D "$data/cluster" -c listen_addresses= -c unix_socket_directories="$data" \
          -c fsync=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=60 -c autovacuum=off
        """;

    private readonly ServerProcess _process;
    private readonly string _folder;
    private int _databases;

    private PostgresServer(ServerProcess process, string folder) => (_process, _folder) = (process, folder);

    /// <summary>What it has printed, for diagnosis.</summary>
    public string Output => _process.Output;

    /// <summary>Why a test with PostgreSQL cannot run, or null when it can.</summary>
    public static string? WhyMissing() => Programs() is null ? "postgresql is not installed: run eng/install-servers" : null;

    /// <summary>Starts it.</summary>
    public static async Task<PostgresServer> StartAsync(CancellationToken cancellationToken)
    {
        var bin = Programs() ?? throw new FileNotFoundException(WhyMissing());
        var folder = new ScratchFolder("postgres");
        var user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        var attempt = 0;
        var data = folder.Path;
        var process = await ServerProcess.StartAsync(
            folder,
            () =>
            {
                data = Directory.CreateTempSubdirectory("sallyport-pg-").FullName;
                return new ProcessPlan { Program = "bash", Arguments = ["-c", Script, $"postgres-{++attempt}", bin, data, user], ReadyText = Ready };
            },
            cancellationToken);
        return new PostgresServer(process, data);
    }

    /// <summary>Makes an empty database.</summary>
    /// <param name="make">Runs one statement with a connection string.</param>
    /// <returns>Its connection string; no secret in it, the folder is the lock.</returns>
    public async Task<string> NewDatabaseAsync(Func<string, string, Task> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        var name = $"db{Interlocked.Increment(ref _databases)}";
        await make(Connection("postgres"), $"CREATE DATABASE {name}");
        return Connection(name);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        await _process.DisposeAsync();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A dying server may still hold a file; the temporary folder is emptied by the system.
        }
    }

    /// <summary>Asks it to end at once: killed outright, it would leave shared memory behind.</summary>
    private async Task EndAsync()
    {
        try
        {
            var pid = File.ReadLines(Path.Combine(_folder, "cluster", "postmaster.pid")).First();
            using var kill = Process.Start(Binaries.Require("kill"), ["-QUIT", pid]);
            await kill.WaitForExitAsync();
            await _process.HasPrintedAsync("database system is shut down", CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended by itself.
        }
    }

    private string Connection(string database) => $"Host={_folder};Username=sallyport;Database={database};Maximum Pool Size=20";

    private static string? Programs() => Directory.Exists(Versions)
        ? Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin"))
            .Where(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "postgres")))
            .Order(StringComparer.Ordinal)
            .LastOrDefault()
        : null;
}
