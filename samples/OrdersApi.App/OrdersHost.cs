using System;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace OrdersApi.App;

/// <summary>The sample as a program: makes a PKI, listens on loopback, writes what a scanner is told, and serves until it is ended.</summary>
public sealed class OrdersHost
{
    private const int Usage = 2;

    private readonly ImmutableArray<Weakness> _weaknesses;
    private readonly string _program;

    /// <summary>A host of the guarded API without weaknesses, of a weak one with them.</summary>
    /// <param name="program">The name of the program, for its usage.</param>
    /// <param name="weaknesses">What it does wrong unless the command line says otherwise.</param>
    public OrdersHost(string program, ImmutableArray<Weakness> weaknesses) => (_program, _weaknesses) = (program, weaknesses);

    private bool IsGuarded => _weaknesses.IsEmpty;

    private string Help =>
        $"""
        {(IsGuarded ? "The orders API behind the Sallyport guard, on loopback, with certificates that it makes for itself." : "The orders API without the guard and with weaknesses: for scanners, on loopback only.")}

        usage: {_program} [--folder DIR]{(IsGuarded ? "" : " [--weakness NAME]…")}
          --folder DIR     where certificates, keys, sallyport.yaml and secrets.env are written, for clients and for a scan;
                           {(IsGuarded ? "the guard's records and identities stay there too; " : "")}a temporary folder by default
        {(IsGuarded ? "" : "  --weakness NAME  only this one and what it needs; by default all that show beside each other. There are:\n" + Weaknesses)}
        """;

    private static string Weaknesses => string.Join('\n', Weakness.All.Select(weakness => $"                   {weakness.Name}: {weakness.Summary}"));

    /// <summary>Runs until Ctrl-C or SIGTERM.</summary>
    /// <param name="arguments">The command line.</param>
    /// <returns>0; 2 when the command line is wrong.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        string? folder = null;
        var chosen = ImmutableArray.CreateBuilder<Weakness>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i])
            {
                case "--folder" when value is { Length: > 0 }:
                    folder = arguments[++i];
                    break;
                case "--weakness" when !IsGuarded && Weakness.All.Where(one => one.Name == value).ToArray() is [var weakness]:
                    chosen.Add(weakness);
                    i++;
                    break;
                case "--help" or "-h":
                    await Console.Out.WriteLineAsync(Help);
                    return 0;
                default:
                    await Console.Error.WriteLineAsync($"{_program}: error: {arguments[i]} is not understood\n{Help}");
                    return Usage;
            }
        }

        await ServeAsync(folder, chosen.Count > 0 ? chosen.ToImmutable() : _weaknesses);
        return 0;
    }

    private async Task ServeAsync(string? folder, ImmutableArray<Weakness> weaknesses)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        var place = folder is null ? Directory.CreateTempSubdirectory("orders-api-").FullName : Directory.CreateDirectory(folder).FullName;
        try
        {
            using var pki = new OrdersPki(TimeProvider.System);
            await using var app = OrdersApp.Build(weaknesses, pki, TimeProvider.System, guarded: IsGuarded, folder: IsGuarded && folder is not null ? Path.Combine(place, "guard") : null);
            await app.StartAsync(CancellationToken.None);
            var configuration = new OrdersConfiguration(app, pki) { Thorough = true };
            configuration.WriteTo(place, more: "limits: { requestsPerSecond: 500, connections: 8000, requests: 60000, timeout: 10m }");
            WriteSecrets(Path.Combine(place, "secrets.env"), configuration);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"listening on {app.Url}\nscan it:  set -a; . {place}/secrets.env; set +a; sallyport scan --config {place}/{OrdersConfiguration.FileName}\nCtrl-C ends it"));
            await ended.Task;
        }
        finally
        {
            if (folder is null)
            {
                Directory.Delete(place, recursive: true);
            }
        }

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ended.TrySetResult();
        }
    }

    /// <summary>For a shell to read: nothing in these texts ends a quotation.</summary>
    private static void WriteSecrets(string file, OrdersConfiguration configuration)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in configuration.Secrets)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}='{value}'\n");
        }

        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(file, options);
        writer.Write(text);
    }
}
