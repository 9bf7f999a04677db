using System;
using System.Buffers;
using System.Text.Json;

namespace Sallyport.Scan.Config;

/// <summary>Writes YAML as JSON: plain scalars by YAML 1.2's core rules, everything else as text.</summary>
internal static class YamlJson
{
    /// <summary>The document as JSON, or <c>null</c> when its aliases unfold to more than the limit.</summary>
    public static ReadOnlyMemory<byte>? Convert(YamlNode? root, int mostBytes)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = true });
        if (root is null)
        {
            writer.WriteNullValue();
        }
        else if (!TryWrite(writer, root, mostBytes))
        {
            return null;
        }

        writer.Flush();
        return buffer.WrittenMemory;
    }

    /// <summary>Writes a small tree, its texts changed on the way.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="node">What.</param>
    /// <param name="change">Gets the key and the text; <c>null</c> writes JSON's null.</param>
    public static void Write(Utf8JsonWriter writer, YamlNode node, Func<string, YamlNode.Scalar, string?> change) => Write(writer, node, "", change);

    private static void Write(Utf8JsonWriter writer, YamlNode node, string key, Func<string, YamlNode.Scalar, string?> change)
    {
        switch (node)
        {
            case YamlNode.Scalar scalar:
                string? text = change(key, scalar);
                Value(writer, text is null ? new("", true, scalar.Line) : text == scalar.Text ? scalar : new(text, false, scalar.Line));
                break;
            case YamlNode.Sequence sequence:
                writer.WriteStartArray();
                foreach (YamlNode item in sequence.Items)
                {
                    Write(writer, item, key, change);
                }

                writer.WriteEndArray();
                break;
            case YamlNode.Mapping mapping:
                writer.WriteStartObject();
                foreach ((YamlNode.Scalar name, YamlNode value) in mapping.Entries)
                {
                    writer.WritePropertyName(name.Text);
                    Write(writer, value, name.Text, change);
                }

                writer.WriteEndObject();
                break;
        }
    }

    private static bool TryWrite(Utf8JsonWriter writer, YamlNode node, int mostBytes)
    {
        // Shared nodes (aliases) unfold here: what is written is what is bounded.
        if (writer.BytesCommitted + writer.BytesPending > mostBytes)
        {
            return false;
        }

        switch (node)
        {
            case YamlNode.Scalar scalar:
                Value(writer, scalar);
                return true;
            case YamlNode.Sequence sequence:
                writer.WriteStartArray();
                foreach (YamlNode item in sequence.Items)
                {
                    if (!TryWrite(writer, item, mostBytes))
                    {
                        return false;
                    }
                }

                writer.WriteEndArray();
                return true;
            case YamlNode.Mapping mapping:
                writer.WriteStartObject();
                foreach ((YamlNode.Scalar key, YamlNode value) in mapping.Entries)
                {
                    writer.WritePropertyName(key.Text);
                    if (!TryWrite(writer, value, mostBytes))
                    {
                        return false;
                    }
                }

                writer.WriteEndObject();
                return true;
            default:
                return false;
        }
    }

    private static void Value(Utf8JsonWriter writer, YamlNode.Scalar scalar)
    {
        if (scalar.IsNull)
        {
            writer.WriteNullValue();
        }
        else if (scalar.Plain && (scalar.Text is "true" or "True" or "TRUE"))
        {
            writer.WriteBooleanValue(true);
        }
        else if (scalar.Plain && (scalar.Text is "false" or "False" or "FALSE"))
        {
            writer.WriteBooleanValue(false);
        }
        else if (scalar.Plain && IsJsonNumber(scalar.Text))
        {
            writer.WriteRawValue(scalar.Text, skipInputValidation: true);
        }
        else
        {
            writer.WriteStringValue(scalar.Text);
        }
    }

    private static bool IsJsonNumber(ReadOnlySpan<char> text)
    {
        text = text.StartsWith("-") ? text[1..] : text;
        int whole = Digits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0') || text.Length > 64)
        {
            return false;
        }

        text = text[whole..];
        if (text.StartsWith("."))
        {
            int fraction = Digits(text[1..]);
            if (fraction == 0)
            {
                return false;
            }

            text = text[(1 + fraction)..];
        }

        if (text.Length > 0 && (text[0] is 'e' or 'E'))
        {
            text = text[1..];
            text = text.Length > 0 && (text[0] is '+' or '-') ? text[1..] : text;
            int exponent = Digits(text);
            return exponent > 0 && exponent == text.Length;
        }

        return text.IsEmpty;
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        int count = 0;
        while (count < text.Length && char.IsAsciiDigit(text[count]))
        {
            count++;
        }

        return count;
    }
}
