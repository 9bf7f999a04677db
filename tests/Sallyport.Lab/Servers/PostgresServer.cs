using System;
using System.Collections.Immutable;
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

    /// <summary>Makes the cluster, or becomes its server; as the user that may.</summary>
    private const string Script =
        """
        set -e
        what=$1 bin=$2 data=$3 as=$4
        run=()
        if [ "$(id -u)" -eq 0 ]; then
          run=(setpriv --reuid "$as" --regid "$(id -g "$as")" --clear-groups)
        fi
        if [ "$what" = make ]; then
          mkdir -m 700 "$data"
          if [ "$(id -u)" -eq 0 ]; then chown "$as" "$data"; fi
          cd "$data"
          exec "${run[@]}" env LC_ALL=C "$bin/initdb" -D "$data/cluster" -U sallyport -A trust -E UTF8 --locale=C --no-sync
        fi
        cd "$data"
        exec "${run[@]}" env LC_ALL=C "$bin/postgres" -D "$data/cluster" -c listen_addresses= -c unix_socket_directories="$data" \
          -c fsync=off -c full_page_writes=off -c shared_buffers=16MB -c max_connections=60 -c autovacuum=off
        """;

    /// <summary>Far above the second that it takes: on a busy machine it is the slowest part.</summary>
    private static readonly TimeSpan _makeLimit = TimeSpan.FromMinutes(2);

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
        // Anybody may enter it; in it lies the folder which only the server's user may.
        var folder = new ScratchFolder("pg", readableByAll: true);
        var data = Path.Combine(folder.Path, "data");
        var user = File.ReadLines("/etc/passwd").Any(line => line.StartsWith("postgres:", StringComparison.Ordinal)) ? "postgres" : "nobody";
        ImmutableArray<string> given = [bin, data, user];
        try
        {
            await MakeAsync(given, cancellationToken);
        }
        catch (Exception)
        {
            folder.Dispose();
            throw;
        }

        var process = await ServerProcess.StartAsync(
            folder,
            () => new ProcessPlan { Program = "bash", Arguments = ["-c", Script, "postgres", "serve", .. given], ReadyText = Ready },
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
    }

    private static async Task MakeAsync(ImmutableArray<string> given, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(_makeLimit);
        var start = new ProcessStartInfo(Binaries.Require("bash"), ["-c", Script, "postgres", "make", .. given]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var make = Process.Start(start) ?? throw new InvalidOperationException("No process was started.");
        var said = await Task.WhenAll(make.StandardOutput.ReadToEndAsync(limit.Token), make.StandardError.ReadToEndAsync(limit.Token));
        await make.WaitForExitAsync(limit.Token);
        if (make.ExitCode != 0)
        {
            throw new InvalidOperationException($"No cluster was made.{Environment.NewLine}{string.Concat(said)}");
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
