using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sallyport.AspNetCore;
using Sallyport.AspNetCore.Authorization;
using Sallyport.AspNetCore.Identity;
using Sallyport.AspNetCore.Trust;
using Sallyport.Bench;
using Sallyport.Certificates;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;
using Sallyport.Lab.Pki;

namespace Sallyport.Guard.Bench;

/// <summary>2,000 open connections of 1,000 identities, each with a certificate of its own: how long after a snapshot is published those that lost their right are closed.</summary>
internal static class ConnectionBench
{
    private const int Identities = 1_000;
    private const int Each = 2;
    private const int RemovalsPerRound = 20;

    public static async Task<string> RunAsync(int rounds)
    {
        using var pki = new LabPki(TimeProvider.System);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var folder = new BenchFolder(pki, key);
        LabIdentity[] people = [.. Enumerable.Range(0, Identities).Select(i => pki.Client($"p{i}"))];
        var store = new InMemoryIdentityStore();
        foreach (LabIdentity person in people)
        {
            store.Add(Known(person, "clerk"));
        }

        var closed = new ConcurrentDictionary<string, List<long>>(StringComparer.Ordinal);
        await using WebApplication app = await StartAsync(folder, store, closed);
        int port = new Uri(app.Urls.First()).Port;
        var crowd = new Crowd(pki, port, people, Each);
        await crowd.ConnectAsync();
        var directory = app.Services.GetRequiredService<IdentityDirectory>();
        var trust = app.Services.GetRequiredService<TrustHolder>();
        var identity = new Figures();
        var list = new Figures();
        int strangers = 0;
        (int asked, int failed) = await SwapAsync(store, crowd, people);
        for (int round = 0; round < rounds * RemovalsPerRound; round++)
        {
            LabIdentity gone = people[round];
            store.Remove(gone.Name);
            StoredIdentities now = await store.ReadAsync(CancellationToken.None);
            strangers += await TimeAsync(identity, closed, gone.Name, () => directory.Publish(now, Moment.Of(TimeProvider.System)));
        }

        for (int round = 0; round < rounds; round++)
        {
            LabIdentity gone = people[Identities - 1 - round];
            ChainVerifier verifier = (trust.Current ?? throw new InvalidOperationException("No trust is loaded.")).Verifier;
            RevocationSnapshot snapshot = Snapshot(pki, verifier, people[^(round + 1)..]);
            strangers += await TimeAsync(list, closed, gone.Name, () => trust.Publish(verifier, snapshot));
        }

        return new StringBuilder("| 2,000 connections of 1,000 identities | ms from publication to ConnectionClosed of both: median (min to max) | p99 | how many |\n|---|---|---|---|\n")
            .Append(CultureInfo.InvariantCulture, $"| one identity is removed | {identity.Text("F1")} | {identity.P99:F1} | {rounds * RemovalsPerRound} |\n")
            .Append(CultureInfo.InvariantCulture, $"| one certificate comes onto a revocation list (every connection is judged anew) | {list.Text("F1")} | {list.P99:F1} | {rounds} |\n")
            .Append(CultureInfo.InvariantCulture, $"| connections of others that were closed | {strangers} | | |\n")
            .Append(CultureInfo.InvariantCulture, $"| requests that failed while all {Identities} identities were swapped for a new version, one by one | {failed} of {asked} | | |\n")
            .ToString();
    }

    private static async Task<WebApplication> StartAsync(BenchFolder folder, InMemoryIdentityStore store, ConcurrentDictionary<string, List<long>> closed)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = folder.Path });
        builder.Logging.ClearProviders();
        builder.AddSallyport(guard =>
        {
            guard.Transport.CertificateFile = BenchFolder.Server;
            guard.Trust.AddPemFile(BenchFolder.ClientCa);
            guard.Revocation.Crl.AddFile(BenchFolder.RevocationList);
        });
        builder.Services.AddSallyportIdentityStore(store);
        builder.WebHost.UseSallyport().UseUrls("https://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.UseSallyport();
        app.MapGet("/watch", (HttpContext context) =>
        {
            string name = context.User.Identity?.Name ?? throw new InvalidOperationException("Nobody.");
            List<long> ends = closed.GetOrAdd(name, static _ => []);
            (context.Features.Get<IConnectionLifetimeFeature>() ?? throw new InvalidOperationException("No connection.")).ConnectionClosed.Register(() =>
            {
                long end = Stopwatch.GetTimestamp();
                lock (ends)
                {
                    ends.Add(end);
                }
            });
            return "ok";
        }).RequireClientCertificate("clerk");
        app.MapGet("/orders", static () => "ok").RequireClientCertificate("clerk");
        await app.StartAsync();
        return app;
    }

    /// <summary>Publishes, and waits until both connections of that name are closed.</summary>
    /// <returns>How many others were.</returns>
    private static async Task<int> TimeAsync(Figures figures, ConcurrentDictionary<string, List<long>> closed, string name, Action publish)
    {
        int before = Count(closed, name);
        long start = Stopwatch.GetTimestamp();
        publish();
        List<long> ends = closed[name];
        while (Length(ends) < Each)
        {
            if (Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(30))
            {
                throw new InvalidOperationException("A connection stays open: " + name);
            }

            await Task.Delay(1);
        }

        figures.Add(Stopwatch.GetElapsedTime(start, ends.Max()).TotalMilliseconds);
        await Task.Delay(50); // whoever else would be closed
        return Count(closed, name) - before;
    }

    private static async Task<(int Asked, int Failed)> SwapAsync(InMemoryIdentityStore store, Crowd crowd, LabIdentity[] people)
    {
        using var over = new CancellationTokenSource();
        Task<(int Asked, int Failed)> asking = crowd.AskAsync([.. people.Select(static person => person.Name)], over.Token);
        foreach (LabIdentity person in people)
        {
            store.Replace(Known(person, "clerk", "swapped"));
            await Task.Delay(2);
        }

        await over.CancelAsync();
        return await asking;
    }

    private static RevocationSnapshot Snapshot(LabPki pki, ChainVerifier verifier, IEnumerable<LabIdentity> revoked) =>
        CertificateRevocationList.TryRead(pki.ClientCa.RevocationList(revoked), out CertificateRevocationList? list, out _)
            ? RevocationSnapshot.Of(1, [list], [], [], verifier.Anchors.Select(static anchor => anchor.Certificate))
            : throw new InvalidOperationException("The list cannot be read.");

    private static CertificateIdentity Known(LabIdentity person, params string[] roles) => new()
    {
        Name = person.Name,
        Roles = [.. roles],
        Matches = [new CertificateMatch.Sha256(CertificateThumbprint.Of(person.Certificate))],
    };

    private static int Count(ConcurrentDictionary<string, List<long>> closed, string except) => closed.Where(pair => pair.Key != except).Sum(static pair => Length(pair.Value));

    private static int Length(List<long> list)
    {
        lock (list)
        {
            return list.Count;
        }
    }
}
