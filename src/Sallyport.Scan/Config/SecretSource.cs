using System;
using System.IO;
using System.Text;
using Sallyport.Scan.Target;

namespace Sallyport.Scan.Config;

/// <summary>Where secrets come from: <c>env:NAME</c> or <c>@file</c>, never a literal.</summary>
/// <param name="environment">Reads an environment variable.</param>
internal sealed class SecretSource(Func<string, string?> environment)
{
    private const int Limit = 64 * 1024;

    /// <summary>The secret that the text points at, or <c>null</c> and a problem that never repeats the text of a literal.</summary>
    /// <param name="text"><c>env:NAME</c> or <c>@file</c>.</param>
    /// <param name="what">What the secret is, such as <c>the token of alice</c>.</param>
    /// <param name="directory">What the file is relative to.</param>
    /// <param name="problem">Why there is none.</param>
    public Secret? Read(string text, string what, string directory, out InputProblem? problem)
    {
        if (text.StartsWith("env:", StringComparison.Ordinal))
        {
            return FromEnvironment(text[4..], what, out problem);
        }

        if (text.StartsWith('@') && text.Length > 1)
        {
            return FromFile(Path.Combine(directory, text[1..]), what, out problem);
        }

        problem = new($"{what} is written out", "secrets are read from env:NAME or from \"@file\", so that they stand in no file, history or process list");
        return null;
    }

    private Secret? FromEnvironment(string name, string what, out InputProblem? problem)
    {
        string? value = name.Length == 0 || name.Contains('=', StringComparison.Ordinal) ? null : environment(name);
        if (string.IsNullOrWhiteSpace(value))
        {
            problem = new($"the environment variable {Shown.Line(name)} ({what}) is {(value is null ? "not set" : "empty")}", $"set it: export {Shown.Line(name)}=…");
            return null;
        }

        return Checked(value, what, out problem);
    }

    private static Secret? FromFile(string path, string what, out InputProblem? problem)
    {
        byte[]? bytes = InputFile.Read(path, what, Limit, out problem);
        if (bytes is null)
        {
            return null;
        }

        try
        {
            string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF').TrimEnd('\r', '\n');
            if (text.Trim().Length == 0)
            {
                problem = new($"{Shown.Quoted(path)} ({what}) is empty");
                return null;
            }

            return Checked(text, what, out problem);
        }
        catch (DecoderFallbackException)
        {
            problem = new($"{Shown.Quoted(path)} ({what}) is not text in UTF-8");
            return null;
        }
    }

    private static Secret? Checked(string value, string what, out InputProblem? problem)
    {
        // A PEM key is a secret of several lines; everything else that holds a NUL would be cut by whoever gets it.
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            problem = new($"{what} holds a NUL character");
            return null;
        }

        problem = null;
        return new(value);
    }
}
