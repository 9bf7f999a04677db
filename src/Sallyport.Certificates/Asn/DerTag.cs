namespace Sallyport.Certificates.Asn;

internal static class DerTag
{
    public const byte Boolean = 0x01;
    public const byte Integer = 0x02;
    public const byte BitString = 0x03;
    public const byte OctetString = 0x04;
    public const byte Null = 0x05;
    public const byte Oid = 0x06;
    public const byte Enumerated = 0x0a;
    public const byte Utf8String = 0x0c;
    public const byte NumericString = 0x12;
    public const byte PrintableString = 0x13;
    public const byte TeletexString = 0x14;
    public const byte Ia5String = 0x16;
    public const byte UtcTime = 0x17;
    public const byte GeneralizedTime = 0x18;
    public const byte VisibleString = 0x1a;
    public const byte UniversalString = 0x1c;
    public const byte BmpString = 0x1e;
    public const byte Sequence = 0x30;
    public const byte Set = 0x31;

    /// <summary>Context tag, primitive: [n] IMPLICIT of a primitive type.</summary>
    public static byte Context(int number) => (byte)(0x80 | number);

    /// <summary>Context tag, constructed: [n] EXPLICIT, or IMPLICIT of a constructed type.</summary>
    public static byte Constructed(int number) => (byte)(0xa0 | number);
}
