using System.Text.Json;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>Writes into an alternative the value by which a server tells it from the others (OpenAPI 3.1.1, section 4.8.25).</summary>
internal static class SchemaDiscriminator
{
    /// <summary>The alternative, its discriminating member limited to its own value; unchanged when there is none.</summary>
    /// <param name="document">The description.</param>
    /// <param name="owner">The schema with <c>oneOf</c> or <c>anyOf</c>.</param>
    /// <param name="part">The alternative as it stands there.</param>
    /// <param name="alternative">The alternative as it was read.</param>
    public static ApiSchema Named(SpecDocument document, SpecNode owner, SpecNode part, ApiSchema alternative)
    {
        if (document.Member(owner, "discriminator") is not { } discriminator
            || Json.Text(discriminator.Element, "propertyName") is not { Length: > 0 and <= 200 } property
            || Json.Text(part.Element, "$ref") is not string reference
            || (alternative.Properties.TryGetValue(property, out ApiSchema? known) && !known.Enum.IsEmpty))
        {
            return alternative;
        }

        if (SpecText.Short(Mapped(discriminator.Element, reference)) is not string value)
        {
            return alternative;
        }

        ApiSchema one = (known ?? SchemaMerge.Any) with { Types = ["string"], Enum = [$"\"{JsonEncodedText.Encode(value)}\""] };
        return alternative with
        {
            Properties = alternative.Properties.SetItem(property, one),
            Required = alternative.Required.Contains(property) ? alternative.Required : alternative.Required.Add(property),
        };
    }

    private static string Mapped(JsonElement discriminator, string reference)
    {
        string name = reference[(reference.LastIndexOf('/') + 1)..];
        if (Json.Member(discriminator, "mapping") is { ValueKind: JsonValueKind.Object } mapping)
        {
            foreach (JsonProperty entry in mapping.EnumerateObject())
            {
                if (Json.Scalar(entry.Value) is string target && (target == reference || target == name))
                {
                    return entry.Name;
                }
            }
        }

        return name;
    }
}
