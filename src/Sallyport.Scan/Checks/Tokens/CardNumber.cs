using System;
using System.Linq;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>Knows a payment card's number by its length, its issuer's prefix and its check digit.</summary>
internal static class CardNumber
{
    /// <summary>Whether a text is one, with or without spaces or dashes between groups.</summary>
    /// <param name="text">The text.</param>
    public static bool Is(string text)
    {
        if (text.Length is < 13 or > 23 || text.Any(c => !char.IsAsciiDigit(c) && c is not (' ' or '-')))
        {
            return false;
        }

        string digits = string.Concat(text.Where(char.IsAsciiDigit));
        bool issued = (digits[0], digits.Length) switch
        {
            ('4', 13 or 16 or 19) => true,
            ('5', 16) => digits[1] is >= '1' and <= '5',
            ('2', 16) => string.CompareOrdinal(digits[..4], "2221") >= 0 && string.CompareOrdinal(digits[..4], "2720") <= 0,
            ('3', 15) => digits[1] is '4' or '7',
            ('3', 14) => digits[1] is '0' or '6' or '8',
            ('6', 16) => digits.StartsWith("6011", StringComparison.Ordinal) || digits.StartsWith("65", StringComparison.Ordinal),
            _ => false,
        };
        return issued && digits.Distinct().Count() > 1 && Luhn(digits);
    }

    private static bool Luhn(string digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 1 ? digit * 2 : digit;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }
}
