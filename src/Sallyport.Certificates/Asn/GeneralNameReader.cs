using System;
using System.Collections.Immutable;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads GeneralName and GeneralNames (RFC 5280, section 4.2.1.6).</summary>
internal static class GeneralNameReader
{
    public const int MaxNames = 4096;

    /// <summary>Reads the content of a GeneralNames sequence; at least one name.</summary>
    public static bool TryReadAll(DerReader sequence, out ImmutableArray<GeneralName> names)
    {
        names = [];
        ImmutableArray<GeneralName>.Builder found = ImmutableArray.CreateBuilder<GeneralName>();
        while (!sequence.AtEnd)
        {
            if (found.Count == MaxNames || !TryRead(ref sequence, out GeneralName? name))
            {
                return false;
            }

            found.Add(name!); // not null: TryRead answered true
        }

        names = found.ToImmutable();
        return !names.IsEmpty;
    }

    public static bool TryRead(ref DerReader reader, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out GeneralName? name)
    {
        name = null;
        if (!reader.TryTakeAny(out byte tag, out ReadOnlyMemory<byte> content, out _))
        {
            return false;
        }

        name = tag switch
        {
            0xa0 => Other(content),
            0x81 => DerText.TryAscii(content.Span, out string email) ? new GeneralName.Email(email) : null,
            0x82 => DerText.TryAscii(content.Span, out string dns) ? new GeneralName.Dns(dns) : null,
            0xa3 => new GeneralName.X400(new Octets(content)),
            0xa4 => NameReader.TryRead(content, out DistinguishedName directory) ? new GeneralName.Directory(directory) : null,
            0xa5 => new GeneralName.EdiParty(new Octets(content)),
            0x86 => DerText.TryAscii(content.Span, out string uri) ? new GeneralName.Uri(uri) : null,
            0x87 => new GeneralName.Ip(new Octets(content)),
            0x88 => ObjectIdentifier.TryDecode(content.Span, out string oid) ? new GeneralName.RegisteredId(oid) : null,
            _ => null,
        };
        return name is not null;
    }

    private static GeneralName.OtherName? Other(ReadOnlyMemory<byte> content)
    {
        var reader = new DerReader(content);
        return reader.TryTakeOid(out string type)
            && reader.TryTake(DerTag.Constructed(0), out ReadOnlyMemory<byte> value)
            && reader.AtEnd
            ? new GeneralName.OtherName(type, new Octets(value))
            : null;
    }
}
