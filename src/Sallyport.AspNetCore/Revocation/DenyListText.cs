using System;
using System.Collections.Immutable;
using System.Text;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Reads a deny list: a SHA-256 a line, hexadecimal (colons allowed) or x5t#S256; <c>#</c> begins a comment.</summary>
internal static class DenyListText
{
    /// <summary>More lines than anybody revokes by hand.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Reads all lines or, when one is not understood, none.</summary>
    public static DeniedCertificates? Read(ReadOnlyMemory<byte> content, out string? fault)
    {
        var denied = ImmutableHashSet.CreateBuilder<CertificateThumbprint>();
        var number = 0;
        foreach (var range in content.Span.Split((byte)'\n'))
        {
            number++;
            var line = Encoding.UTF8.GetString(content.Span[range]);
            var text = (line.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at ? line[..at] : line).Trim();
            if (text.Length == 0)
            {
                continue;
            }

            if (!CertificateThumbprint.TryParseHex(text.Replace(":", "", StringComparison.Ordinal), out var thumbprint)
                && !CertificateThumbprint.TryParse(text, out thumbprint))
            {
                fault = $"line {number} is no SHA-256 thumbprint";
                return null;
            }

            denied.Add(thumbprint);
        }

        fault = null;
        return new DeniedCertificates(denied.ToImmutable());
    }
}
