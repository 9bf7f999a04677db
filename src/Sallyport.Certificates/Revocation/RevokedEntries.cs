using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Numerics;

namespace Sallyport.Certificates.Revocation;

/// <summary>Serial numbers and reasons in two arrays: a bucket index and fixed-width records.</summary>
/// <remarks>
/// A look-up touches one slot of the index and, on average, four neighbouring records. 22 octets an entry for serials of 20 octets,
/// which with the index stays under 24 MB for a million. Longer serials, which RFC 5280 forbids, are kept whole beside it.
/// </remarks>
internal sealed class RevokedEntries
{
    private const int MaxInline = 20;
    private const int Header = 2;
    private const int PerBucket = 4;

    private readonly byte[] _records;
    private readonly int[] _starts;
    private readonly int _serialWidth;
    private readonly int _issuerWidth;
    private readonly int _shift;
    private readonly Dictionary<(int Issuer, Octets Serial), RevocationReason> _long;

    private RevokedEntries(Shape shape)
    {
        int bits = shape.Count <= PerBucket ? 0 : BitOperations.Log2((uint)((shape.Count - 1) / PerBucket)) + 1;
        Count = shape.Count + shape.LongCount;
        _serialWidth = shape.Width;
        _issuerWidth = shape.HasForeignIssuer ? 2 : 0;
        _shift = 64 - bits;
        _starts = new int[(1 << bits) + 1];
        _records = new byte[(long)shape.Count * Stride];
        _long = new Dictionary<(int, Octets), RevocationReason>(shape.LongCount);
    }

    public int Count { get; }

    private int Stride => Header + _issuerWidth + _serialWidth;

    /// <summary>Indexes the content of revokedCertificates in three walks; null when it is malformed.</summary>
    public static RevokedEntries? Index(ReadOnlyMemory<byte> entries, CrlIssuers issuers, out bool unknownCritical, out bool foreign)
    {
        Shape shape = Measure(new CrlEntryReader(entries, issuers));
        unknownCritical = shape.HasUnknownCritical;
        foreign = shape.HasForeignIssuer;
        if (shape.IsMalformed)
        {
            return null;
        }

        var index = new RevokedEntries(shape);
        index.CountBuckets(new CrlEntryReader(entries, issuers));
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

        int bucket = Bucket(serial, issuer);
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

    private static Shape Measure(CrlEntryReader reader)
    {
        var shape = default(Shape);
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
            }
        }

        shape.IsMalformed = reader.IsMalformed;
        shape.HasUnknownCritical = reader.HasUnknownCritical;
        shape.HasForeignIssuer = reader.HasForeignIssuer;
        return shape;
    }

    private void CountBuckets(CrlEntryReader reader)
    {
        while (reader.MoveNext())
        {
            if (reader.Serial.Length <= MaxInline)
            {
                _starts[Bucket(reader.Serial, reader.Issuer)]++;
            }
        }

        int sum = 0;
        for (int i = 0; i < _starts.Length; i++)
        {
            sum += _starts[i];
            _starts[i] = sum;
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

            int at = --_starts[Bucket(reader.Serial, reader.Issuer)];
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

    private int Bucket(ReadOnlySpan<byte> serial, int issuer)
    {
        if (_shift == 64)
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

        return (int)(Mix(hash ^ tail) >> _shift);
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 32)) * 0x9e3779b97f4a7c15;
        return (value ^ (value >> 29)) * 0xbf58476d1ce4e5b9;
    }

    private struct Shape
    {
        public int Count;
        public int LongCount;
        public int Width;
        public bool IsMalformed;
        public bool HasUnknownCritical;
        public bool HasForeignIssuer;
    }
}
