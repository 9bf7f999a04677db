using System;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.AspNetCore.Audit;

/// <summary>The key of the chain: from the environment, from its file, or made now.</summary>
internal static class AuditKey
{
    private const int MinimumBytes = 32;
    private const int MaximumBytes = 64;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the key; makes one when there is neither variable nor file.</summary>
    /// <param name="options">Where it may be.</param>
    /// <param name="keyFile">The file's full path.</param>
    /// <param name="hasRecords">Whether records are there already: then a new key would only hide what became of the old one.</param>
    /// <exception cref="AuditUnavailableException">There is a key that cannot be used, or none where there must be one.</exception>
    public static byte[] Load(AuditOptions options, string keyFile, bool hasRecords)
    {
        if (Environment.GetEnvironmentVariable(options.KeyVariable) is { Length: > 0 } text)
        {
            return Decode(text, $"the variable {options.KeyVariable}");
        }

        try
        {
            if (File.Exists(keyFile))
            {
                if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(keyFile) & ~OwnerOnly) is var more && more != UnixFileMode.None)
                {
                    throw new AuditUnavailableException($"The audit key {keyFile} can be read by others: chmod 600 it, and think whether it is still a secret.");
                }

                return Decode(File.ReadAllText(keyFile), keyFile);
            }

            return hasRecords
                ? throw new AuditUnavailableException($"There are audit records, but no key to continue them: put back {keyFile} or move the records away.")
                : Make(keyFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AuditUnavailableException($"The audit key {keyFile} can neither be read nor made.", e);
        }
    }

    private static byte[] Make(string keyFile)
    {
        byte[] key = RandomNumberGenerator.GetBytes(MinimumBytes);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        // Written whole under another name first: a crash leaves no half a key.
        string draft = string.Create(CultureInfo.InvariantCulture, $"{keyFile}.{Environment.ProcessId}");
        using (var file = new FileStream(draft, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(key) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, keyFile, overwrite: false);
        return key;
    }

    private static byte[] Decode(string text, string source)
    {
        byte[] key = new byte[MaximumBytes];
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        return trimmed.Length <= 88 && Convert.TryFromBase64Chars(trimmed, key, out int written) && written >= MinimumBytes
            ? key[..written]
            : throw new AuditUnavailableException($"The audit key in {source} is not base64 of {MinimumBytes} to {MaximumBytes} octets.");
    }
}
