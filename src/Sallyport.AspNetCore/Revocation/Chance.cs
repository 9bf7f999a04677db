using System.Security.Cryptography;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>Chance, so that many nodes do not ask a server in step.</summary>
internal static class Chance
{
    private const int Steps = 1 << 24;

    /// <summary>A number from 0 to below 1.</summary>
    public static double Next() => RandomNumberGenerator.GetInt32(Steps) / (double)Steps;
}
