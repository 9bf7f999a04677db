using System;

namespace Sallyport.Scan.Checks.Exposure;

/// <summary>The arithmetic that tells a number of a kind from any other number: a pattern alone is never enough.</summary>
internal static class Digits
{
    /// <summary>Whether digits pass the Luhn check (ISO/IEC 7812-1, annex B).</summary>
    /// <param name="digits">Digits only.</param>
    public static bool PassLuhn(ReadOnlySpan<char> digits)
    {
        int sum = 0;
        for (int i = 0; i < digits.Length; i++)
        {
            int digit = digits[^(i + 1)] - '0';
            if (i % 2 == 1)
            {
                digit *= 2;
                digit -= digit > 9 ? 9 : 0;
            }

            sum += digit;
        }

        return digits.Length > 0 && sum % 10 == 0;
    }

    /// <summary>Whether digits are a payment card number by length, issuer range and check digit.</summary>
    /// <param name="digits">Digits only.</param>
    /// <remarks>Ranges as the networks publish them: Visa 4 (13, 16, 19), Mastercard 51–55 and 2221–2720 (16), American Express 34 and 37 (15),
    /// Discover 6011, 644–649 and 65 (16–19), Diners 300–305, 36, 38 (14–19), JCB 3528–3589 (16–19), UnionPay 62 (16–19).</remarks>
    public static bool AreCard(ReadOnlySpan<char> digits)
    {
        if (digits.Length is < 13 or > 19 || !PassLuhn(digits) || digits.IndexOfAnyExcept(digits[0]) < 0)
        {
            return false;
        }

        int two = Number(digits[..2]);
        int three = Number(digits[..3]);
        int four = Number(digits[..4]);
        return digits.Length switch
        {
            13 => digits[0] == '4',
            15 => two is 34 or 37,
            16 when digits[0] == '4' || two is >= 51 and <= 55 || four is >= 2221 and <= 2720 => true,
            19 when digits[0] == '4' => true,
            >= 16 when four == 6011 || three is >= 644 and <= 649 || two is 65 or 62 || four is >= 3528 and <= 3589 => true,
            >= 14 => three is >= 300 and <= 305 || two is 36 or 38,
            _ => false,
        };
    }

    /// <summary>Whether a text is an IBAN by the remainder of its digits (ISO 13616-1, ISO/IEC 7064 MOD 97-10).</summary>
    /// <param name="text">Two letters, two digits, 11 to 30 letters or digits; no spaces.</param>
    public static bool AreIban(ReadOnlySpan<char> text)
    {
        if (text.Length is < 15 or > 34 || !char.IsAsciiLetterUpper(text[0]) || !char.IsAsciiLetterUpper(text[1]) || !char.IsAsciiDigit(text[2]) || !char.IsAsciiDigit(text[3]))
        {
            return false;
        }

        int remainder = 0;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[(i + 4) % text.Length];
            if (char.IsAsciiDigit(c))
            {
                remainder = ((remainder * 10) + (c - '0')) % 97;
            }
            else if (char.IsAsciiLetterUpper(c))
            {
                remainder = ((remainder * 100) + (c - 'A' + 10)) % 97;
            }
            else
            {
                return false;
            }
        }

        return remainder == 1;
    }

    /// <summary>Whether nine digits can be a US social security number: no area 000, 666 or 9xx, no group 00, no serial 0000 (SSA, 2011).</summary>
    /// <param name="digits">Nine digits.</param>
    public static bool AreSocialSecurity(ReadOnlySpan<char> digits) =>
        digits.Length == 9 && Number(digits[..3]) is > 0 and not 666 and < 900 && Number(digits[3..5]) > 0 && Number(digits[5..]) > 0;

    private static int Number(ReadOnlySpan<char> digits)
    {
        int number = 0;
        foreach (char digit in digits)
        {
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
