using System;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Makes texts by format, name, pattern and length. The same schema always gets the same text.</summary>
internal static class SampleText
{
    private const int Longest = 4_000;

    /// <summary>The text; <c>null</c> when the limits allow none that is known here.</summary>
    /// <param name="schema">What is allowed.</param>
    /// <param name="name">The name of the member or parameter: a hint where no format is named.</param>
    public static string? Of(ApiSchema schema, string name)
    {
        int least = schema.MinLength ?? 0;
        int most = schema.MaxLength ?? Longest;
        if (least > Longest || least > most)
        {
            return null;
        }

        string? text = ByFormat(schema.Format);
        if (text is not null)
        {
            // A text of a format cannot be cut or padded: it would not be one any more.
            return text.Length >= least && text.Length <= most && Fits(schema, text) ? text : schema.Pattern is { } both ? PatternSample.Of(both, least, most) : null;
        }

        text = ByName(name);
        string fitted = text.Length > most ? text[..most] : text.PadRight(least, 'x');
        return Fits(schema, fitted) ? fitted : PatternSample.Of(schema.Pattern ?? "", least, most);
    }

    private static bool Fits(ApiSchema schema, string text) => schema.Pattern is null || PatternSample.Matches(schema.Pattern, text);

    private static string? ByFormat(string? format) => format?.ToLowerInvariant() switch
    {
        "date" => "2030-01-15",
        "date-time" or "datetime" => "2030-01-15T12:00:00Z",
        "time" => "12:00:00Z",
        "duration" => "P1D",
        "uuid" or "guid" => "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
        "email" or "idn-email" => "sallyport@example.com",
        "uri" or "url" or "iri" => "https://example.com/",
        "uri-reference" or "iri-reference" => "/sallyport",
        "hostname" or "idn-hostname" => "example.com",
        "ipv4" or "ip" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" or "base64" or "base64url" => "c2FsbHlwb3J0",
        "int32" or "int64" or "integer" => "1",
        "decimal" or "double" or "float" or "number" => "1.5",
        "json-pointer" => "/a",
        _ => null,
    };

    private static string ByName(string name)
    {
        string plain = ValueNames.Plain(name);
        return Ends("email", "mail") ? "sallyport@example.com"
            : Ends("phone", "mobile", "tel") ? "+15550100"
            : Ends("url", "uri", "link", "href", "webhook", "callback", "website") ? "https://example.com/"
            : Ends("password", "passwd", "passphrase") ? "Sallyport-probe-1!"
            : Ends("currency", "currencycode") ? "EUR"
            : Ends("country", "countrycode") ? "DE"
            : Ends("language", "lang", "locale") ? "en"
            : Ends("timezone") ? "UTC"
            : Ends("uuid", "guid") ? "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"
            : Ends("date", "day") ? "2030-01-15"
            : "sallyport";

        bool Ends(params ReadOnlySpan<string> endings)
        {
            foreach (string ending in endings)
            {
                if (plain.EndsWith(ending, StringComparison.Ordinal))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
