using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>The fields of a request in order, whatever they are written as.</summary>
/// <param name="All">The fields.</param>
internal sealed record BodyFields(ImmutableArray<BodyField> All)
{
    // No field of ours holds it.
    private const string Boundary = "----sallyport7MA4YWxkTrZu0gW";

    /// <summary>The value of a field; <c>null</c> without one.</summary>
    /// <param name="name">Its name.</param>
    public string? this[string name] => All.FirstOrDefault(field => field.Name == name)?.Value;

    /// <summary>The same with a field set to a text; added at the end when it was not there.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">The text.</param>
    public BodyFields With(string name, string value) => All.Any(field => field.Name == name)
        ? new([.. All.Select(field => field.Name == name ? new BodyField(name, value) : field)])
        : new([.. All, new BodyField(name, value)]);

    /// <summary>The same without a field.</summary>
    /// <param name="name">Its name.</param>
    public BodyFields Without(string name) => new([.. All.Where(field => field.Name != name)]);

    /// <summary>As a JSON object.</summary>
    public string ToJson() => "{" + string.Join(",", All.Select(field => $"{JsonSerializer.Serialize(field.Name)}:{(field.IsText ? JsonSerializer.Serialize(field.Value) : field.Value)}")) + "}";

    /// <summary>As a form, percent-encoded.</summary>
    public string ToForm() => string.Join('&', All.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"));

    /// <summary>A request with these fields; a content type that it had is replaced.</summary>
    /// <param name="request">Method, target and headers.</param>
    /// <param name="kind">How they are written.</param>
    public RawHttpRequest On(RawHttpRequest request, BodyKind kind)
    {
        if (kind == BodyKind.Query)
        {
            char separator = request.Target.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            return request with { Target = request.Target + separator + ToForm(), Body = default };
        }

        (string type, string body) = kind switch
        {
            BodyKind.Form => ("application/x-www-form-urlencoded", ToForm()),
            BodyKind.Multipart => ($"multipart/form-data; boundary={Boundary}", Parts()),
            BodyKind.PlainText => ("text/plain", ToJson()),
            _ => ("application/json", ToJson()),
        };
        return request with
        {
            Headers = [.. request.Headers.Where(header => !header.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)), new("content-type", type)],
            Body = Encoding.UTF8.GetBytes(body),
        };
    }

    private string Parts()
    {
        StringBuilder text = new();
        foreach (BodyField field in All)
        {
            text.Append("--").Append(Boundary).Append("\r\nContent-Disposition: form-data; name=\"").Append(field.Name.Replace("\"", "%22", StringComparison.Ordinal)).Append("\"\r\n\r\n")
                .Append(field.Value).Append("\r\n");
        }

        return text.Append("--").Append(Boundary).Append("--\r\n").ToString();
    }
}
