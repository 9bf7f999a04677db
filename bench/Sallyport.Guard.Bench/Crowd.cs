using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Security;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Lab.Pki;

namespace Sallyport.Guard.Bench;

/// <summary>Many people, each with some connections that stay open.</summary>
internal sealed class Crowd(LabPki pki, int port, LabIdentity[] people, int each)
{
    private readonly Dictionary<string, SslStream[]> _open = new(StringComparer.Ordinal);

    /// <summary>Connects all of them, and asks once on every connection.</summary>
    public async Task ConnectAsync()
    {
        foreach (LabIdentity[] some in people.Chunk(16))
        {
            (string Name, SslStream[] Streams)[] opened = await Task.WhenAll(some.Select(async person =>
            {
                var client = new LoadClient(pki, person, port, "/watch", "");
                return (person.Name, await Task.WhenAll(Enumerable.Range(0, each).Select(_ => client.OpenAsync())));
            }));
            foreach ((string name, SslStream[] streams) in opened)
            {
                _open[name] = streams;
            }

            Console.Error.Write($"\r{_open.Count} of {people.Length} connected");
        }

        Console.Error.WriteLine();
    }

    /// <summary>Asks on the connections of these people, one after another, until it is told to stop.</summary>
    public async Task<(int Asked, int Failed)> AskAsync(string[] names, CancellationToken stop)
    {
        (int asked, int failed) = (0, 0);
        byte[] buffer = new byte[4_096];
        var client = new LoadClient(pki, people[0], port, "/orders", "");
        while (!stop.IsCancellationRequested)
        {
            foreach (string name in names)
            {
                asked++;
                try
                {
                    await client.OnceAsync(_open[name][asked % each], buffer);
                }
                catch (Exception e) when (e is IOException or ObjectDisposedException)
                {
                    failed++;
                }

                if (stop.IsCancellationRequested)
                {
                    break;
                }
            }
        }

        return (asked, failed);
    }
}
