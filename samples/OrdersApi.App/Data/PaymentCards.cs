using System.Globalization;
using System.Linq;
using System.Security.Cryptography;

namespace OrdersApi.App.Data;

/// <summary>Card numbers of nobody: a test range with a right check digit (ISO/IEC 7812-1).</summary>
internal static class PaymentCards
{
    private const string TestRange = "411111";

    public static string Random()
    {
        var digits = TestRange + RandomNumberGenerator.GetInt32(0, 1_000_000_000).ToString("D9", CultureInfo.InvariantCulture);
        return digits + CheckDigit(digits);
    }

    /// <summary>All but the last four digits hidden.</summary>
    public static string Masked(string card) => "**** **** **** " + card[^4..];

    private static int CheckDigit(string digits)
    {
        var sum = digits.Reverse().Select((digit, index) => index % 2 == 0 ? Doubled(digit - '0') : digit - '0').Sum();
        return (10 - (sum % 10)) % 10;
    }

    private static int Doubled(int digit) => digit > 4 ? (digit * 2) - 9 : digit * 2;
}
