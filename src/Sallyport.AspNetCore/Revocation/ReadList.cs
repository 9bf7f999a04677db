using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Sallyport.AspNetCore.Trust;
using Sallyport.Certificates;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>A list that could be read. Whether it counts is not asked yet.</summary>
/// <param name="List">The list.</param>
/// <param name="Hash">The SHA-256 of its DER.</param>
internal sealed record ReadList(CertificateRevocationList List, Octets Hash)
{
    private const byte Sequence = 0x30;

    /// <summary>Reads the lists of a file or body: one in DER, or one or several in PEM; all of them or none.</summary>
    public static ReadLists? Read(ReadOnlyMemory<byte> content, int maxBytes, out string? fault)
    {
        ImmutableArray<byte[]> blocks = [];
        var isDer = content.Length > 0 && content.Span[0] == Sequence;
        if (!isDer && !PemBlocks.TryRead(content.Span, "X509 CRL", out blocks, out fault))
        {
            return null;
        }

        var lists = ImmutableArray.CreateBuilder<ReadList>();
        for (var i = 0; i < (isDer ? 1 : blocks.Length); i++)
        {
            var der = isDer ? content : blocks[i];
            if (!CertificateRevocationList.TryRead(der, out var list, out var defect, maxBytes))
            {
                fault = $"the list in it cannot be read ({defect})";
                return null;
            }

            lists.Add(new ReadList(list, Octets.Of(SHA256.HashData(der.Span))));
        }

        fault = null;
        return new ReadLists(lists.ToImmutable());
    }
}
