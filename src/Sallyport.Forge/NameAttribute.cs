namespace Sallyport.Forge;

/// <summary>One attribute of a distinguished name, with its string type.</summary>
/// <param name="Oid">Object identifier of the attribute type, dotted.</param>
/// <param name="Value">The text, any characters, NUL and line breaks too.</param>
/// <param name="Kind">The string type; UTF8String by default.</param>
public sealed record NameAttribute(string Oid, string Value, NameStringKind Kind = NameStringKind.Utf8);
