using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads a Name (RFC 5280, section 4.1.2.4) with its comparable and its printable form.</summary>
internal static class NameReader
{
    private const int MaxAttributes = 256;

    private static readonly FrozenDictionary<string, string> ShortNames = new Dictionary<string, string>
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.4"] = "SN",
        ["2.5.4.5"] = "serialNumber",
        ["2.5.4.6"] = "C",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.9"] = "STREET",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["2.5.4.12"] = "title",
        ["2.5.4.42"] = "givenName",
        ["2.5.4.43"] = "initials",
        ["2.5.4.44"] = "generationQualifier",
        ["2.5.4.46"] = "dnQualifier",
        ["2.5.4.65"] = "pseudonym",
        ["2.5.4.97"] = "organizationIdentifier",
        ["0.9.2342.19200300.100.1.1"] = "UID",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["1.2.840.113549.1.9.1"] = "emailAddress",
    }.ToFrozenDictionary();

    public static bool TryRead(ReadOnlyMemory<byte> whole, out DistinguishedName name)
    {
        name = Empty;
        var outer = new DerReader(whole);
        if (!outer.TryTakeSequence(out DerReader sequence) || !outer.AtEnd)
        {
            return false;
        }

        ImmutableArray<ImmutableArray<NameAttribute>>.Builder rdns = ImmutableArray.CreateBuilder<ImmutableArray<NameAttribute>>();
        ImmutableArray<string>.Builder canonical = ImmutableArray.CreateBuilder<string>();
        int budget = MaxAttributes;
        while (!sequence.AtEnd)
        {
            if (!sequence.TryTakeInner(DerTag.Set, out DerReader set)
                || !TryReadRdn(set, ref budget, out ImmutableArray<NameAttribute> rdn, out string comparable))
            {
                return false;
            }

            rdns.Add(rdn);
            canonical.Add(comparable);
        }

        ImmutableArray<ImmutableArray<NameAttribute>> all = rdns.ToImmutable();
        name = new DistinguishedName(new Octets(whole), all, canonical.ToImmutable(), Print(all));
        return true;
    }

    /// <summary>Reads the attributes of one relative name (the content of its SET).</summary>
    public static bool TryReadRdn(DerReader set, ref int budget, out ImmutableArray<NameAttribute> rdn, out string canonical)
    {
        rdn = [];
        canonical = "";
        ImmutableArray<NameAttribute>.Builder attributes = ImmutableArray.CreateBuilder<NameAttribute>(1);
        var comparable = new List<string>(1);
        while (!set.AtEnd)
        {
            if (--budget < 0
                || !set.TryTakeSequence(out DerReader pair)
                || !pair.TryTakeOid(out string type)
                || !pair.TryTakeAny(out byte tag, out ReadOnlyMemory<byte> content, out ReadOnlyMemory<byte> value)
                || !pair.AtEnd)
            {
                return false;
            }

            bool isText = DerText.TryDecode(tag, content.Span, out string text);
            if (!isText && IsStringType(tag))
            {
                return false;
            }

            string hex = Convert.ToHexStringLower(value.Span);
            attributes.Add(new NameAttribute(type, isText ? text : "#" + hex, tag));
            comparable.Add(isText ? $"{type}=s{Fold(text)}" : $"{type}=x{hex}");
        }

        if (comparable.Count == 0)
        {
            return false;
        }

        comparable.Sort(StringComparer.Ordinal);
        rdn = attributes.ToImmutable();
        // Lengths in front make the joined form unambiguous whatever the values hold.
        canonical = string.Concat(comparable.Select(static c => $"{c.Length.ToString(CultureInfo.InvariantCulture)}:{c}"));
        return true;
    }

    /// <summary>The comparable form of the empty name and of unreadable ones: the empty SEQUENCE.</summary>
    public static DistinguishedName Empty { get; } = new(Octets.Of([DerTag.Sequence, 0]), [], [], "");

    private static bool IsStringType(byte tag) => tag is DerTag.Utf8String or DerTag.PrintableString or DerTag.NumericString
        or DerTag.Ia5String or DerTag.VisibleString or DerTag.TeletexString or DerTag.BmpString or DerTag.UniversalString;

    /// <summary>RFC 5280, section 7.1: white space trimmed and folded, letters without case.</summary>
    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        bool gap = false;
        foreach (char c in text)
        {
            if (char.IsWhiteSpace(c))
            {
                gap = folded.Length > 0;
                continue;
            }

            if (gap)
            {
                folded.Append(' ');
                gap = false;
            }

            folded.Append(char.ToLowerInvariant(c));
        }

        return folded.ToString();
    }

    private static string Print(ImmutableArray<ImmutableArray<NameAttribute>> rdns)
    {
        var text = new StringBuilder();
        for (int i = rdns.Length - 1; i >= 0; i--)
        {
            if (text.Length > 0)
            {
                text.Append(',');
            }

            for (int k = 0; k < rdns[i].Length; k++)
            {
                NameAttribute attribute = rdns[i][k];
                text.Append(k > 0 ? "+" : "").Append(ShortNames.GetValueOrDefault(attribute.Type, attribute.Type)).Append('=');
                Escape(text, attribute);
            }
        }

        return text.ToString();
    }

    private static void Escape(StringBuilder text, NameAttribute attribute)
    {
        if (!IsStringType(attribute.Tag))
        {
            text.Append(attribute.Value);
            return;
        }

        string value = attribute.Value;
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            bool edge = (i == 0 && c is ' ' or '#') || (i == value.Length - 1 && c == ' ');
            if (char.IsControl(c) || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                // Escaped so that a name can neither forge a log line nor turn the text around it.
                foreach (byte octet in Encoding.UTF8.GetBytes([c]))
                {
                    text.Append('\\').Append(octet.ToString("x2", CultureInfo.InvariantCulture));
                }
            }
            else if (edge || c is ',' or '+' or '"' or '\\' or '<' or '>' or ';')
            {
                text.Append('\\').Append(c);
            }
            else
            {
                text.Append(c);
            }
        }
    }
}
