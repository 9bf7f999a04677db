using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sallyport.Bench;
using Sallyport.Certificates;
using Sallyport.Lab.Pki;

namespace Sallyport.Guard.Bench;

/// <summary>Two servers, each in a process of its own on one core, the clients on the other; they are loaded in turn. Of fresh processes several times over.</summary>
internal static class LoadBench
{
    private static readonly TimeSpan _side = TimeSpan.FromSeconds(2);

    // What the machine does meanwhile changes within a second; a handshake takes some milliseconds, and a slice ends with its last.
    private static readonly TimeSpan _sliceOfRequests = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _sliceOfHandshakes = TimeSpan.FromMilliseconds(500);

    // Until both have compiled what they run for the last time: on a machine whose cores are all busy the one that has more code was seen to take a minute.
    private const int Warming = 30;

    // Where its code and data come to lie makes a process faster or slower by some hundredths for as long as it lives.
    private const int Pairs = 3;

    /// <summary>Requests on connections that stay open.</summary>
    public static LoadPlan Requests { get; } = new(BenchServer.Plain, BenchServer.Guarded, "/orders", Stays: true, WithToken: false);

    /// <summary>A connection with a full handshake for each request.</summary>
    public static LoadPlan Handshakes { get; } = new(BenchServer.Plain, BenchServer.Guarded, "/orders", Stays: false, WithToken: false);

    /// <summary>Requests with a token that is bound to the certificate.</summary>
    public static LoadPlan Tokens { get; } = new(BenchServer.PlainToken, BenchServer.GuardedToken, "/orders/1", Stays: true, WithToken: true);

    public static async Task<string> RunAsync(LoadPlan plan, int rounds)
    {
        using var pki = new LabPki(TimeProvider.System);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var folder = new BenchFolder(pki, key);
        string head = plan.WithToken ? $"Authorization: Bearer {Token(pki, key)}\r\n" : "";
        Side[] sides = [new(plan.Plain), new(plan.Guarded)];
        var rates = new Figures();
        var costs = new Figures();
        for (int pair = 0; pair < Pairs; pair++)
        {
            await using ServerChild plain = await ServerChild.StartAsync(plan.Plain, folder.Path);
            await using ServerChild guarded = await ServerChild.StartAsync(plan.Guarded, folder.Path);
            LoadClient[] clients = [new(pki, pki.Alice, plain.Port, plan.Path, head), new(pki, pki.Alice, guarded.Port, plan.Path, head)];
            await LoadAsync(plan, pair, (rounds + Pairs - 1) / Pairs, [plain, guarded], clients, sides, rates, costs);
        }

        var text = new StringBuilder("| server | per second: median (min to max) | its processor time, µs for each |\n|---|---|---|\n");
        foreach (Side side in sides)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {side.Name} | {side.Rate.Text("F0")} | {side.Cpu.Text("F1")} |\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"| guarded ÷ plain, round by round, {Pairs} pairs of processes | {rates.Text("F2")} | {costs.Text("F2")} (plain ÷ guarded) |\n").ToString();
    }

    private static async Task LoadAsync(LoadPlan plan, int pair, int rounds, ServerChild[] servers, LoadClient[] clients, Side[] sides, Figures rates, Figures costs)
    {
        TimeSpan length = plan.Stays ? _sliceOfRequests : _sliceOfHandshakes;
        for (int round = -Warming; round < rounds; round++)
        {
            // In slices, in turn and every other time the other way round: what else the machine does meanwhile meets both alike.
            int[] done = [0, 0];
            TimeSpan[] took = [default, default];
            TimeSpan[] cost = [.. servers.Select(static server => server.ProcessorTime)];
            for (int slice = 0; slice < _side / length; slice++)
            {
                foreach (int side in slice % 2 == 0 ? (int[])[0, 1] : [1, 0])
                {
                    (int more, TimeSpan time) = await clients[side].RunAsync(plan.Stays, length);
                    done[side] += more;
                    took[side] += time;
                }
            }

            double[] rate = new double[2];
            double[] each = new double[2];
            for (int side = 0; side < 2; side++)
            {
                rate[side] = done[side] / took[side].TotalSeconds;
                each[side] = (servers[side].ProcessorTime - cost[side]).TotalMicroseconds / done[side];
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"pair {pair}, round {round + Warming}: {sides[side].Name}: {rate[side]:F0}/s, {each[side]:F1} µs"));
                if (round >= 0)
                {
                    sides[side].Rate.Add(rate[side]);
                    sides[side].Cpu.Add(each[side]);
                }
            }

            if (round >= 0)
            {
                rates.Add(rate[1] / rate[0]);
                costs.Add(each[0] / each[1]);
            }
        }
    }

    /// <summary>A token of the bench's issuer for alice, bound to her certificate.</summary>
    public static string Token(LabPki pki, ECDsa key)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        string thumbprint = CertificateThumbprint.Of(pki.Alice.Certificate).ToString();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = "at+jwt",
            Issuer = BenchServer.Issuer,
            Audience = BenchServer.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = now.AddHours(4).UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "alice",
                ["client_id"] = "alice",
                ["jti"] = "1",
                ["scope"] = "read",
                ["cnf"] = new Dictionary<string, object> { ["x5t#S256"] = thumbprint },
            },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "bench" }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>What one of the two did, over all its processes.</summary>
    private sealed record Side(string Name)
    {
        public Figures Rate { get; } = new();

        public Figures Cpu { get; } = new();
    }
}
