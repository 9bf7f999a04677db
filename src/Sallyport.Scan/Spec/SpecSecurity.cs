using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Sallyport.Scan.Spec;

/// <summary>What a description demands of a caller: alternatives (OR) of requirements (AND).</summary>
internal sealed class SpecSecurity
{
    private readonly SpecDocument _document;
    private readonly HashSet<string> _mutualTls;

    public SpecSecurity(SpecDocument document)
    {
        _document = document;
        IEnumerable<(string Name, SpecNode Value)> schemes = document.Member(document.Root, "components") is { } components
            ? document.Members(components, "securitySchemes")
            : [];
        _mutualTls =
        [
            .. schemes.Concat(document.Members(document.Root, "securityDefinitions"))
                .Where(scheme => "mutualTLS".Equals(Json.Text(scheme.Value.Element, "type"), StringComparison.OrdinalIgnoreCase) || Extension(scheme.Value.Element) == true)
                .Select(scheme => scheme.Name),
        ];
    }

    /// <summary>Whether the operation demands any security, and whether every way to satisfy it includes mutual TLS.</summary>
    public (bool Has, bool MutualTls) Of(SpecNode item, SpecNode operation)
    {
        bool? extension = Extension(operation.Element) ?? Extension(item.Element) ?? Extension(_document.Root.Element);
        List<JsonElement> alternatives = Alternatives(operation);

        // An empty alternative means that nothing need be satisfied (OpenAPI 3.1.1, section 4.8.30).
        bool has = alternatives.Count > 0 && alternatives.TrueForAll(alternative => alternative.EnumerateObject().Any());
        bool mutualTls = has && alternatives.TrueForAll(alternative => alternative.EnumerateObject().Any(scheme => _mutualTls.Contains(scheme.Name)));
        return (has || extension == true, mutualTls || extension == true);
    }

    private List<JsonElement> Alternatives(SpecNode operation)
    {
        JsonElement? own = Json.Member(operation.Element, "security") ?? Json.Member(_document.Root.Element, "security");
        return own is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Where(alternative => alternative.ValueKind == JsonValueKind.Object).Take(100)]
            : [];
    }

    /// <summary>The vendor extensions <c>x-mtls</c> and <c>x-client-cert</c>; <c>null</c> when neither stands there.</summary>
    private static bool? Extension(JsonElement element)
    {
        JsonElement? value = Json.Member(element, "x-mtls") ?? Json.Member(element, "x-client-cert");
        if (value is not { } said)
        {
            return null;
        }

        if (said.ValueKind == JsonValueKind.Object)
        {
            said = Json.Member(said, "required") ?? Json.Member(said, "mode") ?? Json.Member(said, "enabled") ?? said;
        }

        return Json.Scalar(said)?.ToLowerInvariant() is "true" or "required" or "require" or "mandatory" or "on";
    }
}
