namespace Sallyport.Forge;

/// <summary>The ASN.1 string type of a value in a distinguished name; the number is its DER tag.</summary>
/// <remarks>X.520 DirectoryString and IA5String. The characters are not checked against the type: odd ones are the point.</remarks>
public enum NameStringKind : byte
{
    /// <summary>UTF8String.</summary>
    Utf8 = 0x0C,

    /// <summary>PrintableString.</summary>
    Printable = 0x13,

    /// <summary>TeletexString, written as Latin-1.</summary>
    Teletex = 0x14,

    /// <summary>IA5String.</summary>
    Ia5 = 0x16,

    /// <summary>BMPString: two octets per character.</summary>
    Bmp = 0x1E,
}
