using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using Sallyport.Scan.Config;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Spec;

/// <summary>What a description demands of a caller: alternatives (OR) of requirements (AND).</summary>
internal sealed class SpecSecurity
{
    private const int Most = 20;
    private readonly SpecDocument _document;
    private readonly Dictionary<string, SecurityScheme> _schemes;

    /// <summary>The security of a description.</summary>
    /// <param name="document">The description.</param>
    /// <param name="schemes">The schemes it defines.</param>
    public SpecSecurity(SpecDocument document, ImmutableArray<DescribedScheme> schemes)
    {
        _document = document;
        _schemes = schemes.ToDictionary(scheme => scheme.Scheme.Name, scheme => scheme.Scheme);
    }

    /// <summary>The alternatives of an operation, and whether the operation itself waives them.</summary>
    /// <remarks>An empty alternative means that nothing need be satisfied (OpenAPI 3.1.1, section 4.8.30); <c>x-mtls</c> is added to each.</remarks>
    public (ImmutableArray<SecurityAlternative> Alternatives, bool Waived) Of(SpecNode item, SpecNode operation)
    {
        JsonElement? own = Json.Member(operation.Element, "security");
        ImmutableArray<SecurityAlternative> alternatives = Read(own ?? Json.Member(_document.Root.Element, "security"));
        bool waived = own is { ValueKind: JsonValueKind.Array } && (alternatives.IsEmpty || alternatives.Any(alternative => alternative.Schemes.IsEmpty));
        if ((SpecSchemes.Extension(operation.Element) ?? SpecSchemes.Extension(item.Element) ?? SpecSchemes.Extension(_document.Root.Element)) != true)
        {
            return (alternatives, waived);
        }

        var certificate = new SecurityScheme("x-mtls", SecuritySchemeKind.MutualTls, null, null, []);
        ImmutableArray<SecurityAlternative> any = alternatives.IsEmpty ? [new([])] : alternatives;
        return ([.. any.Select(alternative => alternative.Demands(SecuritySchemeKind.MutualTls) ? alternative : new(alternative.Schemes.Add(certificate)))], false);
    }

    private ImmutableArray<SecurityAlternative> Read(JsonElement? security) =>
        security is { ValueKind: JsonValueKind.Array } list
            ? [.. list.EnumerateArray().Where(alternative => alternative.ValueKind == JsonValueKind.Object).Take(Most).Select(Alternative)]
            : [];

    private SecurityAlternative Alternative(JsonElement alternative) =>
        new([.. alternative.EnumerateObject().Take(Most).Select(one => Scheme(one.Name) with { Scopes = SpecText.List(one.Value) })]);

    private SecurityScheme Scheme(string name)
    {
        // OpenAPI 3.2 allows a reference in place of the name.
        string shown = Shown.Line(name);
        return _schemes.GetValueOrDefault(shown)
            ?? (name.StartsWith("#/components/securitySchemes/", System.StringComparison.Ordinal) ? _schemes.GetValueOrDefault(Shown.Line(name["#/components/securitySchemes/".Length..])) : null)
            ?? new(shown, SecuritySchemeKind.Unknown, null, null, []);
    }
}
