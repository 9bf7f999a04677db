using System;
using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Sallyport.Scan.Spec;

/// <summary>A value of a description as JSON text of its own: no comments, no stray commas.</summary>
internal static class RawJson
{
    /// <summary>The value as JSON; <c>null</c> when it is longer than the limit or holds text that is no Unicode.</summary>
    public static string? Of(JsonElement element, int longest)
    {
        // Comments and white space only make the source longer, so this never refuses more than it should by much.
        if (element.ValueKind == JsonValueKind.Undefined || !IsShort(element, longest))
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new() { MaxDepth = 256 });
        try
        {
            element.WriteTo(writer);
            writer.Flush();
            return buffer.WrittenCount <= longest ? Encoding.UTF8.GetString(buffer.WrittenSpan) : null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // A lone surrogate: valid JSON, but no text.
            return null;
        }
    }

    private static bool IsShort(JsonElement element, int longest) => JsonMarshal.GetRawUtf8Value(element).Length <= 4L * longest;
}
