namespace Sallyport.Certificates;

/// <summary>One attribute of a distinguished name.</summary>
/// <param name="Type">The attribute type, dotted.</param>
/// <param name="Value">The decoded string, or <c>#</c> and the hexadecimal DER when the value is no string.</param>
/// <param name="Tag">The ASN.1 tag octet of the value (12 UTF8String, 19 PrintableString, 22 IA5String…).</param>
public sealed record NameAttribute(string Type, string Value, byte Tag);
