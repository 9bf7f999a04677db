using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.CommandLine;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Cli.Mitm;

namespace Sallyport.Cli.Commands;

/// <summary><c>sallyport mitm</c>: one port per bad server, to see which clients go on.</summary>
internal static class MitmCommand
{
    private const string Description =
        """
        One port per bad server certificate: which clients go on?

        Point a client at each port and let it trust only the CA that is named at the start. A careful client goes on at `good` and
        refuses all the others, but for `no-client-certificate`, which a client can hardly notice. Ctrl-C ends it with a summary.
        """;

    public static Command Create(Surroundings surroundings)
    {
        var listen = new Option<string?>("--listen") { HelpName = "ADDR", Description = "The address, such as 192.0.2.7 or 127.0.0.1:9443 (the first port); loopback by default." };
        var format = new Option<string?>("--format") { HelpName = "FORMAT", Description = "console (default), or json for the summary." };
        var command = new Command("mitm", Description) { listen, format };
        command.SetAction((parsed, cancellationToken) => RunAsync(surroundings, parsed.GetValue(listen), parsed.GetValue(format), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(Surroundings surroundings, string? listen, string? format, CancellationToken cancellationToken)
    {
        if (format is not (null or "console" or "json"))
        {
            return Complaint.Usage(surroundings.Error, $"--format: {ParseComplaint.Plain(format)} is not known", "console or json");
        }

        if (Address(listen) is not IPEndPoint endpoint)
        {
            return Complaint.Usage(surroundings.Error, "--listen is no address", "write 127.0.0.1, 127.0.0.1:9443 or [::1]:9443");
        }

        MitmServers servers;
        try
        {
            servers = MitmServers.Open(endpoint, surroundings.Time);
        }
        catch (Exception e) when (e is SocketException or ArgumentOutOfRangeException)
        {
            return Complaint.Usage(surroundings.Error, $"cannot listen at {endpoint}", "choose an address of this machine and ports that are free");
        }

        using (servers)
        {
            using var folder = new MitmFolder(servers.Pki);
            return await ServeAsync(surroundings, servers, folder, endpoint, json: format == "json", cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<int> ServeAsync(
        Surroundings surroundings, MitmServers servers, MitmFolder folder, IPEndPoint endpoint, bool json, CancellationToken cancellationToken)
    {
        // With --format json, stdout holds the document alone.
        TextWriter talk = TextWriter.Synchronized(json ? surroundings.Error : surroundings.Output);
        ImmutableArray<(MitmPort Port, int Number)> table = servers.Table;
        Introduce(talk, table, folder, endpoint);
        var sightings = new ConcurrentQueue<MitmSighting>();
        await servers.RunAsync(
            sighting =>
            {
                sightings.Enqueue(sighting);
                talk.WriteLine($"{sighting.Port,-22} {sighting.Verdict.Word}: {sighting.Verdict.Detail}{(sighting.ShowedCertificate ? ", showed its certificate" : "")}");
                talk.Flush();
            },
            cancellationToken).ConfigureAwait(false);

        var summary = new MitmSummary(table, sightings);
        if (json)
        {
            summary.WriteJson(surroundings.Output);
        }
        else
        {
            summary.WriteText(surroundings.Output);
        }

        await surroundings.Output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        return ExitCode.Cancelled;
    }

    private static void Introduce(TextWriter talk, ImmutableArray<(MitmPort Port, int Number)> table, MitmFolder folder, IPEndPoint endpoint)
    {
        string host = IPAddress.IsLoopback(endpoint.Address) ? "localhost" : endpoint.Address.ToString();
        talk.WriteLine($"trust only {Path.Combine(folder.Path, "server-ca.pem")}");
        talk.WriteLine($"its revocation list: server-ca.crl beside it; a certificate to show: client.pem, client.key");
        foreach ((MitmPort port, int number) in table)
        {
            talk.WriteLine($"{$"https://{host}:{number}/",-28} {port.Name,-22} {port.What}");
        }

        talk.Flush();
    }

    private static IPEndPoint? Address(string? text)
    {
        if (text is null)
        {
            return new(IPAddress.Loopback, 0);
        }

        // An IPv6 address with a port stands in brackets; without them the last group would be taken for one.
        return IPAddress.TryParse(text, out IPAddress? address) ? new(address, 0)
            : IPEndPoint.TryParse(text, out IPEndPoint? endpoint) ? endpoint
            : null;
    }
}
