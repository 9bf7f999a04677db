using System;
using System.IO;
using System.IO.Compression;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sallyport.Scan.Tests.Proofs.Broken;

/// <summary>Bodies of servers that are not quite sane.</summary>
internal static class Oddities
{
    private static readonly Lazy<byte[]> s_bomb = new(Packed);

    /// <summary>A gigabyte of zeros in about a megabyte.</summary>
    public static byte[] Bomb => s_bomb.Value;

    /// <summary>Every member twice, the second with a byte that begins no character.</summary>
    public static byte[] DuplicateKeys { get; } = [.. "{\"name\":\"alice\",\"name\":\"bob\",\"note\":\"a"u8, 0xFF, .. "\",\"note\":[]}"u8];

    public static string Restless() => $"{{\"{Guid.NewGuid():N}\":\"{Guid.NewGuid():N}\",\"again\":\"{Guid.NewGuid():N}\"}}";

    /// <summary>100 MB of an array, unless the client goes before.</summary>
    public static async Task HugeJsonAsync(HttpContext context)
    {
        byte[] block = new byte[64 * 1024];
        for (int i = 0; i < block.Length; i += 2)
        {
            (block[i], block[i + 1]) = ((byte)'1', (byte)',');
        }

        await context.Response.WriteAsync("[");
        for (int i = 0; i < 1600 && !context.RequestAborted.IsCancellationRequested; i++)
        {
            await context.Response.Body.WriteAsync(block, context.RequestAborted).AsTask().ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        await context.Response.WriteAsync("1]");
    }

    private static byte[] Packed()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            byte[] zeros = new byte[1024 * 1024];
            for (int i = 0; i < 1024; i++)
            {
                gzip.Write(zeros);
            }
        }

        return packed.ToArray();
    }
}
