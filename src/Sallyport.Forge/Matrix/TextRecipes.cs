using System.Collections.Generic;
using System.Collections.Immutable;
using Sallyport.Forge.Der;

namespace Sallyport.Forge.Matrix;

/// <summary>Right certificates of the user's CA whose names are awkward to print, or say something in another language.</summary>
/// <remarks>What is injected can at most lead to A itself: a query that it changes still asks for A, never for everybody.</remarks>
internal static class TextRecipes
{
    /// <summary>The marker that a log or a header shows when a name broke out of its place.</summary>
    private const string Marker = "sallyport-canary";

    private static readonly ImmutableArray<(string Variant, string What, string Text, NameStringKind Kind)> _oddTexts =
    [
        ("quotes", "quotes, backslashes and separators", "sallyport \"odd\" \\ , + = ; < > # 'name'", NameStringKind.Utf8),
        ("nul", "a NUL", "sallyport\0odd", NameStringKind.Utf8),
        ("utf8", "letters of several scripts and a direction mark", "sällyport 名前 \u202Eddo ✓", NameStringKind.Utf8),
        ("bmp", "a BMPString", "sällyport 名前", NameStringKind.Bmp),
        ("newline", "line breaks", "sallyport\r\nodd\nname", NameStringKind.Utf8),
        ("long", "4,000 letters", new string('s', 4000), NameStringKind.Utf8),
    ];

    internal static IEnumerable<Recipe> All(MatrixMaterial material) => [.. Odd(material), .. Injected(material)];

    private static IEnumerable<Recipe> Odd(MatrixMaterial material)
    {
        foreach ((string variant, string what, string text, NameStringKind kind) in _oddTexts)
        {
            yield return new Recipe(
                "MTLS-306", variant, $"right certificate of a stranger with {what} in the common name", Needs.CaKey | Needs.FreeNames,
                mint => mint.Issue(material.Stranger(out string _) with
                {
                    Subject = DistinguishedName.Of(new NameAttribute(Oids.CommonName, text, kind)),
                }));
        }
    }

    private static IEnumerable<Recipe> Injected(MatrixMaterial material)
    {
        string name = material.Genuine.CommonName ?? "";
        ImmutableArray<(string Kind, string What, string Text, bool NamesGenuine)> texts =
        [
            ("ldap", "an LDAP filter", $"{name})(objectClass=*", true),
            ("sql", "an SQL condition", $"{name}' AND '1'='1", true),
            ("log", "a second log line", $"sallyport\n{Marker} level=info", false),
            ("header", "a second HTTP header", $"sallyport\r\nX-Sallyport-Canary: {Marker}", false),
        ];
        foreach ((string kind, string what, string text, bool namesGenuine) in texts)
        {
            Needs needs = Needs.CaKey | Needs.FreeNames | (namesGenuine ? Needs.LowestRole : Needs.None);
            string? unfit = namesGenuine && material.Genuine.CommonName is null ? "A has no common name" : null;
            yield return new Recipe(
                "MTLS-125", kind + "-cn", $"right certificate of a stranger whose common name holds {what}", needs,
                mint => mint.Issue(material.Stranger(out string _) with { Subject = DistinguishedName.CommonName(text) }))
            {
                Unfit = unfit,
            };
            yield return new Recipe(
                "MTLS-125", kind + "-san", $"right certificate of a stranger whose DNS name holds {what}", needs,
                mint => mint.Issue(material.Stranger(out string _) with { SubjectAltNames = [new GeneralName.Dns(text)] }))
            {
                Unfit = unfit,
            };
        }
    }
}
