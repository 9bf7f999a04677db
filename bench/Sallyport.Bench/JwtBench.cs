using System;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Jose;

namespace Sallyport.Bench;

/// <summary>JWT-004's dictionary beside the bare one-shot HMAC on all cores, in turn in the same run.</summary>
internal static class JwtBench
{
    public static string Run(int rounds)
    {
        byte[] unknown = RandomNumberGenerator.GetBytes(32);
        string text = JsonWebToken.Sign(
            JoseObject.Of("""{"alg":"HS256","typ":"JWT"}"""),
            JoseObject.Of("""{"iss":"https://issuer.example","sub":"alice","aud":"https://api.example","iat":1700000000,"exp":1700003600,"jti":"6f1c7e0a"}"""),
            JwsSigner.Hmac("HS256", unknown));
        if (!JsonWebToken.TryParse(text, out JsonWebToken? token, out string? fault))
        {
            throw new InvalidOperationException(fault);
        }

        var dictionary = HmacDictionary.With(["https://issuer.example", "api.example"]);
        Figures ours = new(), bare = new(), ratio = new(), bytes = new();
        Dictionary(dictionary, token);
        Bare(dictionary.Count, token);
        for (int round = 0; round < rounds; round++)
        {
            // Both orders, so that neither always runs on the warmer or the busier machine.
            bool first = round % 2 == 0;
            double one = first ? Dictionary(dictionary, token) : Bare(dictionary.Count, token);
            double two = first ? Bare(dictionary.Count, token) : Dictionary(dictionary, token);
            (double own, double plain) = first ? (one, two) : (two, one);
            ours.Add(own);
            bare.Add(plain);
            ratio.Add(own / plain);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            Dictionary(dictionary, token);
            bytes.Add((GC.GetTotalAllocatedBytes(precise: true) - before) / (double)dictionary.Count);
            Console.Error.WriteLine($"round {round + 1}: {own:F0} and {plain:F0} a second");
        }

        var table = new StringBuilder("| what, on all cores | keys a second: median (min to max) | ratio | bytes allocated a key |\n|---|---|---|---|\n");
        table.Append(CultureInfo.InvariantCulture, $"| the dictionary of JWT-004, {dictionary.Count} candidates | {ours.Text("F0")} | {ratio.Text("F2")} | {bytes.Text("F3")} |\n");
        table.Append(CultureInfo.InvariantCulture, $"| `HMACSHA256.HashData` alone, the same number | {bare.Text("F0")} | 1 | |\n");
        return table.ToString();
    }

    private static double Dictionary(HmacDictionary dictionary, JsonWebToken token)
    {
        long start = Stopwatch.GetTimestamp();
        HmacSearch result = dictionary.Search(token, TimeSpan.FromMinutes(5), TimeProvider.System, CancellationToken.None);
        return result is { Key: null, Complete: true } && result.Tried == dictionary.Count
            ? result.Tried / Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new InvalidOperationException($"The search did not try everything: {result}");
    }

    private static double Bare(long count, JsonWebToken token)
    {
        byte[] input = token.SigningInput;
        long each = count / Environment.ProcessorCount;
        long start = Stopwatch.GetTimestamp();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            Span<byte> key = stackalloc byte[12];
            Span<byte> mac = stackalloc byte[32];
            for (long i = 0; i < each; i++)
            {
                HMACSHA256.HashData(key, input, mac);
            }
        });
        return each * Environment.ProcessorCount / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
