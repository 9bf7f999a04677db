using System.Security.Cryptography;
using OrdersApi.App.Data;

namespace OrdersApi.App.Sessions;

/// <summary>Logins and their passwords, as PBKDF2 (RFC 8018, section 5.2).</summary>
internal static class Passwords
{
    // Little for a real API: a test starts many of these, and the passwords are random.
    private const int Rounds = 5_000;
    private const int Size = 32;

    public static void Store(Database data, string login, string account, string password)
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        data.Write($"INSERT OR REPLACE INTO logins (login, account, salt, hash) VALUES ({login}, {account}, {salt}, {Hash(password, salt)})");
    }

    /// <summary>The account of a login with this password; null when there is none. Takes as long for a login that does not exist.</summary>
    public static string? AccountOf(Database data, string login, string password)
    {
        var row = data.First(
            $"SELECT account, salt, hash FROM logins WHERE login = {login}",
            reader => new Stored(reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2)));
        var right = CryptographicOperations.FixedTimeEquals(Hash(password, row?.Salt ?? new byte[16]), row?.Hash ?? new byte[Size]);
        return right ? row?.Account : null;
    }

    public static bool Exists(Database data, string login) => data.First($"SELECT login FROM logins WHERE login = {login}", row => row.GetString(0)) is not null;

    private static byte[] Hash(string password, byte[] salt) => Rfc2898DeriveBytes.Pbkdf2(password, salt, Rounds, HashAlgorithmName.SHA256, Size);

    private sealed record Stored(string Account, byte[] Salt, byte[] Hash);
}
