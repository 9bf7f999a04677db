using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;

namespace Sallyport.Certificates.Revocation;

/// <summary>Serial numbers and reasons in two arrays: a bucket index and fixed-width records.</summary>
/// <remarks>
/// A look-up touches one slot of the index and, on average, four or five neighbouring records. 22 octets an entry for serials of 20 octets,
/// which with the index stays under 24 MB for a million. Longer serials, which RFC 5280 forbids, are kept whole beside it.
/// </remarks>
internal sealed class RevokedEntries
{
    private const int MaxInline = 20;
    private const int Header = 2;
    private const int PerBucket = 4;
    private const int SmallestEntry = 20;

    private readonly byte[] _records;
    private readonly int[] _starts;
    private readonly int _serialWidth;
    private readonly int _issuerWidth;
    private readonly int _shift;
    private readonly Dictionary<(int Issuer, Octets Serial), RevocationReason> _long;

    private RevokedEntries(Shape shape)
    {
        Count = shape.Count + shape.LongCount;
        _serialWidth = shape.Width;
        _issuerWidth = shape.HasForeignIssuer ? 2 : 0;
        _shift = shape.Shift;
        _starts = shape.Starts;
        _records = new byte[(long)shape.Count * Stride];
        _long = new Dictionary<(int, Octets), RevocationReason>(shape.LongCount);
    }

    public int Count { get; }

    /// <summary>What the two arrays hold, in octets.</summary>
    public long KeptBytes => _records.LongLength + ((long)_starts.Length * sizeof(int));

    private int Stride => Header + _issuerWidth + _serialWidth;

    /// <summary>Indexes the content of revokedCertificates in two walks, one to count and one to place; null when it is malformed.</summary>
    public static RevokedEntries? Index(ReadOnlyMemory<byte> entries, CrlIssuers issuers, out bool unknownCritical, out bool foreign)
    {
        // The number of buckets follows from the octets: an entry has at least 20, and 40 or so in practice.
        int estimate = entries.Length / (SmallestEntry * 2);
        int bits = estimate <= PerBucket ? 0 : BitOperations.Log2((uint)(estimate / PerBucket));
        var shape = new Shape { Shift = 64 - bits, Starts = new int[(1 << bits) + 1] };
        Measure(shape, new CrlEntryReader(entries, issuers));
        unknownCritical = shape.HasUnknownCritical;
        foreign = shape.HasForeignIssuer;
        if (shape.IsMalformed)
        {
            return null;
        }

        var index = new RevokedEntries(shape);
        index.Fill(new CrlEntryReader(entries, issuers));
        return index;
    }

    /// <summary>The reason a serial is listed for, or null. A serial listed twice counts as revoked if one entry says so.</summary>
    public RevocationReason? Find(ReadOnlySpan<byte> serial, int issuer)
    {
        if (serial.Length > MaxInline)
        {
            return _long.TryGetValue((issuer, Octets.Of(serial)), out RevocationReason reason) ? reason : null;
        }

        int bucket = Bucket(serial, issuer, _shift);
        RevocationReason? found = null;
        for (int i = _starts[bucket]; i < _starts[bucket + 1]; i++)
        {
            ReadOnlySpan<byte> record = _records.AsSpan(i * Stride, Stride);
            bool same = record[0] == serial.Length
                && record.Slice(Header + _issuerWidth, serial.Length).SequenceEqual(serial)
                && (_issuerWidth == 0 ? issuer == 0 : BinaryPrimitives.ReadUInt16LittleEndian(record[Header..]) == issuer);
            if (same && found is null or RevocationReason.RemoveFromCrl)
            {
                found = (RevocationReason)record[1];
            }
        }

        return found;
    }

    private static void Measure(Shape shape, CrlEntryReader reader)
    {
        int[] starts = shape.Starts;
        while (reader.MoveNext())
        {
            if (reader.Serial.Length > MaxInline)
            {
                shape.LongCount++;
            }
            else
            {
                shape.Count++;
                shape.Width = Math.Max(shape.Width, reader.Serial.Length);
                starts[Bucket(reader.Serial, reader.Issuer, shape.Shift)]++;
            }
        }

        shape.IsMalformed = reader.IsMalformed;
        shape.HasUnknownCritical = reader.HasUnknownCritical;
        shape.HasForeignIssuer = reader.HasForeignIssuer;
        int sum = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            sum += starts[i];
            starts[i] = sum;
        }
    }

    /// <summary>Places each record before the end of its bucket, which leaves every slot at its bucket's start.</summary>
    private void Fill(CrlEntryReader reader)
    {
        while (reader.MoveNext())
        {
            if (reader.Serial.Length > MaxInline)
            {
                AddLong(reader.Issuer, reader.Serial, reader.Reason);
                continue;
            }

            int at = --_starts[Bucket(reader.Serial, reader.Issuer, _shift)];
            Span<byte> record = _records.AsSpan(at * Stride, Stride);
            record[0] = (byte)reader.Serial.Length;
            record[1] = (byte)reader.Reason;
            if (_issuerWidth != 0)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(record[Header..], (ushort)reader.Issuer);
            }

            reader.Serial.CopyTo(record[(Header + _issuerWidth)..]);
        }
    }

    private void AddLong(int issuer, ReadOnlySpan<byte> serial, RevocationReason reason)
    {
        (int, Octets) key = (issuer, Octets.Of(serial));
        if (!_long.TryGetValue(key, out RevocationReason old) || old == RevocationReason.RemoveFromCrl)
        {
            _long[key] = reason;
        }
    }

    private static int Bucket(ReadOnlySpan<byte> serial, int issuer, int shift)
    {
        if (shift == 64)
        {
            return 0;
        }

        ulong hash = ((ulong)issuer << 8) | (uint)serial.Length;
        while (serial.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(serial));
            serial = serial[sizeof(ulong)..];
        }

        ulong tail = 0;
        foreach (byte octet in serial)
        {
            tail = (tail << 8) | octet;
        }

        return (int)(Mix(hash ^ tail) >> shift);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * 0x9e3779b97f4a7c15;
        return (value ^ (value >> 29)) * 0xbf58476d1ce4e5b9;
    }

    /// <summary>What the first walk learns.</summary>
    private sealed class Shape
    {
        public required int Shift { get; init; }

        public required int[] Starts { get; init; }

        public int Count { get; set; }

        public int LongCount { get; set; }

        public int Width { get; set; }

        public bool IsMalformed { get; set; }

        public bool HasUnknownCritical { get; set; }

        public bool HasForeignIssuer { get; set; }
    }
}
