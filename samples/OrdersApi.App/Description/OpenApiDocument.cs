using System.Collections.Frozen;
using System.IO;
using System.Text;
using System.Text.Json.Nodes;

namespace OrdersApi.App.Description;

/// <summary>The description of the API, as it is served: true for the strict form.</summary>
internal static class OpenApiDocument
{
    public static string For(FrozenSet<Weakness> weak)
    {
        using var resource = typeof(OpenApiDocument).Assembly.GetManifestResourceStream("OrdersApi.App.openapi.json")
            ?? throw new FileNotFoundException("The description is not in the assembly.");
        using var reader = new StreamReader(resource, Encoding.UTF8);
        var text = reader.ReadToEnd();
        if (weak.Count == 0)
        {
            return text;
        }

        var document = JsonNode.Parse(text)?.AsObject() ?? throw new InvalidDataException("The description is no object.");
        DescriptionFlaws.Apply(document, weak);
        return document.ToJsonString();
    }
}
