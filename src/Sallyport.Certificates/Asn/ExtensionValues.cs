using System;
using System.Collections.Generic;
using System.Collections.Immutable;

namespace Sallyport.Certificates.Asn;

/// <summary>Reads the values of the small extensions; each answers false for anything its definition does not allow.</summary>
internal static class ExtensionValues
{
    private const int MaxEntries = 4096;

    public static bool TryKeyUsage(ReadOnlyMemory<byte> value, out KeyUsages usages)
    {
        bool ok = TryFlags(new DerReader(value), DerTag.BitString, out int flags);
        usages = (KeyUsages)flags;
        return ok;
    }

    /// <summary>A named bit list of at most nine bits, bit 0 first.</summary>
    public static bool TryFlags(DerReader reader, byte tag, out int flags)
    {
        flags = 0;
        if (!reader.TryTakeBits(tag, out ReadOnlyMemory<byte> bits, out _) || !reader.AtEnd || bits.Length > 2)
        {
            return false;
        }

        for (int bit = 0; bit < bits.Length * 8; bit++)
        {
            if ((bits.Span[bit / 8] & (0x80 >> (bit % 8))) != 0)
            {
                flags |= 1 << bit;
            }
        }

        return true;
    }

    public static bool TryBasicConstraints(ReadOnlyMemory<byte> value, out BasicConstraints? constraints)
    {
        constraints = null;
        var outer = new DerReader(value);
        bool authority = false;
        int? length = null;
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        if (inner.NextTag == DerTag.Boolean && !inner.TryTakeBoolean(DerTag.Boolean, out authority))
        {
            return false;
        }

        if (inner.NextTag == DerTag.Integer)
        {
            if (!inner.TryTakeCount(DerTag.Integer, out int count))
            {
                return false;
            }

            length = count;
        }

        constraints = new BasicConstraints(authority, length);
        return inner.AtEnd;
    }

    /// <summary>SEQUENCE OF OBJECT IDENTIFIER, at least one.</summary>
    public static bool TryOids(ReadOnlyMemory<byte> value, out ImmutableArray<string> oids)
    {
        oids = [];
        var outer = new DerReader(value);
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        var found = new List<string>();
        while (!inner.AtEnd)
        {
            if (found.Count == MaxEntries || !inner.TryTakeOid(out string oid))
            {
                return false;
            }

            found.Add(oid);
        }

        oids = [.. found];
        return found.Count > 0;
    }

    /// <summary>TLS feature (RFC 7633): SEQUENCE OF INTEGER.</summary>
    public static bool TryNumbers(ReadOnlyMemory<byte> value, out ImmutableArray<int> numbers)
    {
        numbers = [];
        var outer = new DerReader(value);
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        var found = new List<int>();
        while (!inner.AtEnd)
        {
            if (found.Count == MaxEntries || !inner.TryTakeCount(DerTag.Integer, out int number))
            {
                return false;
            }

            found.Add(number);
        }

        numbers = [.. found];
        return true;
    }

    public static bool TryOctetString(ReadOnlyMemory<byte> value, out Octets octets)
    {
        var reader = new DerReader(value);
        bool ok = reader.TryTake(DerTag.OctetString, out ReadOnlyMemory<byte> content) && reader.AtEnd;
        octets = new Octets(content);
        return ok;
    }

    public static bool TryNull(ReadOnlyMemory<byte> value)
    {
        var reader = new DerReader(value);
        return reader.TryTake(DerTag.Null, out ReadOnlyMemory<byte> content) && content.IsEmpty && reader.AtEnd;
    }

    public static bool TryCount(ReadOnlyMemory<byte> value, out int count)
    {
        var reader = new DerReader(value);
        return reader.TryTakeCount(DerTag.Integer, out count) && reader.AtEnd;
    }

    public static bool TryNames(ReadOnlyMemory<byte> value, out ImmutableArray<GeneralName> names)
    {
        names = [];
        var outer = new DerReader(value);
        return outer.TryTakeSequence(out DerReader inner) && outer.AtEnd && GeneralNameReader.TryReadAll(inner, out names);
    }

    public static bool TryAuthorityKey(ReadOnlyMemory<byte> value, out AuthorityKeyIdentifier? identifier)
    {
        identifier = null;
        var outer = new DerReader(value);
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        Octets? key = null;
        Octets? serial = null;
        ImmutableArray<GeneralName> issuer = [];
        if (inner.TryTake(DerTag.Context(0), out ReadOnlyMemory<byte> id))
        {
            key = new Octets(id);
        }

        if (inner.NextTag == DerTag.Constructed(1)
            && (!inner.TryTakeInner(DerTag.Constructed(1), out DerReader names) || !GeneralNameReader.TryReadAll(names, out issuer)))
        {
            return false;
        }

        if (inner.NextTag == DerTag.Context(2))
        {
            if (!inner.TryTakeInteger(DerTag.Context(2), out ReadOnlyMemory<byte> number))
            {
                return false;
            }

            serial = new Octets(number);
        }

        identifier = new AuthorityKeyIdentifier(key, issuer, serial);
        return inner.AtEnd;
    }

    public static bool TryAccess(ReadOnlyMemory<byte> value, out ImmutableArray<AccessDescription> access)
    {
        access = [];
        var outer = new DerReader(value);
        if (!outer.TryTakeSequence(out DerReader inner) || !outer.AtEnd)
        {
            return false;
        }

        var found = new List<AccessDescription>();
        while (!inner.AtEnd)
        {
            if (found.Count == MaxEntries
                || !inner.TryTakeSequence(out DerReader entry)
                || !entry.TryTakeOid(out string method)
                || !GeneralNameReader.TryRead(ref entry, out GeneralName? location)
                || !entry.AtEnd)
            {
                return false;
            }

            found.Add(new AccessDescription(method, location));
        }

        access = [.. found];
        return found.Count > 0;
    }
}
