using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Checks.Changes;

/// <summary>Makes values of the scanner's own that a field may take and that stand nowhere else.</summary>
internal static class CanaryText
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private static readonly TimeSpan s_patternTime = TimeSpan.FromMilliseconds(50);

    /// <summary>A name of lower-case letters and digits, begun with a letter.</summary>
    public static string Name() => "sallyport" + RandomNumberGenerator.GetString(Letters, 10);

    /// <summary>A random text of 32 hexadecimal digits.</summary>
    public static string Random() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>A value for a field.</summary>
    /// <param name="name">The field's name.</param>
    /// <param name="current">Its value now; <c>null</c> when it has none.</param>
    /// <param name="schema">What the description says of it; <c>null</c> when nothing.</param>
    /// <returns><c>null</c> when no text of ours can stand there.</returns>
    public static string? For(string name, string? current, ApiSchema? schema)
    {
        if (schema is { Enum.IsEmpty: false } or { ReadOnly: true } || schema?.Allows("string") == false)
        {
            return null;
        }

        string mail = $"sallyport.{RandomNumberGenerator.GetHexString(10, lowercase: true)}@{Domain(current ?? schema?.Example?.Trim('"'))}";
        bool isMail = schema?.Format == "email" || name.Contains("mail", StringComparison.OrdinalIgnoreCase) || current?.Contains('@', StringComparison.Ordinal) == true;
        IEnumerable<string> candidates = isMail
            ? [mail]
            : Numeric(current ?? schema?.Example?.Trim('"')) is { } number ? [number] : [$"sallyport {RandomNumberGenerator.GetString(Letters, 10)}", Name(), RandomNumberGenerator.GetString("123456789", 12), mail];
        return schema?.Format is not (null or "email" or "password" or "byte") ? null : candidates.FirstOrDefault(candidate => Fits(candidate, schema));
    }

    private static string Domain(string? current) => current?.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at && at + 1 < current.Length ? current[(at + 1)..] : "example.com";

    // A telephone number or the like, kept in its shape.
    private static string? Numeric(string? current) =>
        current is not null && current.Count(char.IsAsciiDigit) >= 8 && current.All(c => char.IsAsciiDigit(c) || c is '+' or ' ' or '-' or '(' or ')' or '.')
            ? string.Concat(current.Select(c => char.IsAsciiDigit(c) ? RandomNumberGenerator.GetString("123456789", 1) : c.ToString()))
            : null;

    private static bool Fits(string candidate, ApiSchema? schema)
    {
        if (candidate.Length < (schema?.MinLength ?? 0) || candidate.Length > (schema?.MaxLength ?? int.MaxValue))
        {
            return false;
        }

        try
        {
            return schema?.Pattern is not { } pattern || Regex.IsMatch(candidate, pattern, RegexOptions.CultureInvariant, s_patternTime);
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            // A pattern that is none here: the server will say whether it takes the value.
            return true;
        }
    }
}
