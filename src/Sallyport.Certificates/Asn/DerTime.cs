using System;

namespace Sallyport.Certificates.Asn;

/// <summary>UTCTime and GeneralizedTime in the one form RFC 5280, section 4.1.2.5 allows: seconds present, Z, no fraction.</summary>
internal static class DerTime
{
    public static bool TryDecode(byte tag, ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        int yearDigits = tag switch { DerTag.UtcTime => 2, DerTag.GeneralizedTime => 4, _ => 0 };
        if (yearDigits == 0 || text.Length != yearDigits + 11 || text[^1] != (byte)'Z')
        {
            return false;
        }

        if (!TryDigits(text[..yearDigits], out int year)
            || !TryDigits(text.Slice(yearDigits, 2), out int month)
            || !TryDigits(text.Slice(yearDigits + 2, 2), out int day)
            || !TryDigits(text.Slice(yearDigits + 4, 2), out int hour)
            || !TryDigits(text.Slice(yearDigits + 6, 2), out int minute)
            || !TryDigits(text.Slice(yearDigits + 8, 2), out int second))
        {
            return false;
        }

        if (yearDigits == 2)
        {
            // RFC 5280, section 4.1.2.5.1: 50 to 99 are 19xx.
            year += year >= 50 ? 1900 : 2000;
        }

        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (byte c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (c - '0');
        }

        return true;
    }
}
