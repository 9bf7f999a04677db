using System;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sallyport.Certificates;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The chain's head after one record: whoever keeps it can tell later whether everything up to there is still in the log.</summary>
/// <param name="Sequence">The record's number; 0 before the first.</param>
/// <param name="Head">Its chain value, 32 octets.</param>
public readonly record struct AuditCheckpoint(long Sequence, Octets Head)
{
    private const string Prefix = "sallyport-audit:1:";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">One checkpoint.</param>
    /// <param name="checkpoint">The checkpoint, or the default.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out AuditCheckpoint checkpoint)
    {
        checkpoint = default;
        if (text is null || text.Length > 100 || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string rest = text[Prefix.Length..];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1
            || !long.TryParse(rest.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            || !AuditChain.TryDecode(rest.AsSpan(colon + 1), out byte[]? head))
        {
            return false;
        }

        checkpoint = new AuditCheckpoint(sequence, Octets.Of(head));
        return checkpoint.ToString() == text;
    }

    /// <summary>One line of text: <c>sallyport-audit:1:</c>, the number, a colon, the head in base64url.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Sequence}:{Base64Url.EncodeToString(Head.Span)}");
}
