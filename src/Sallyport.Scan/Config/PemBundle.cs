using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Scan.Config;

/// <summary>The blocks of a PEM file in the order they stand; what is between them is ignored.</summary>
internal sealed record PemBundle
{
    private const string Begin = "-----BEGIN ";
    private const int MostBlocks = 1_000;

    /// <summary>Certificates as DER.</summary>
    public ImmutableArray<byte[]> Certificates { get; private init; } = [];

    /// <summary>Private keys: label and DER.</summary>
    public ImmutableArray<(string Label, byte[] Der)> Keys { get; private init; } = [];

    /// <summary>Whether bytes look like PEM at all.</summary>
    public static bool Looks(ReadOnlySpan<byte> bytes) => bytes.IndexOf("-----BEGIN "u8) >= 0;

    /// <summary>Reads the blocks, or tells what is wrong with the file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">The file's name, fit to be shown.</param>
    /// <param name="problem">What is wrong.</param>
    public static PemBundle? Read(ReadOnlySpan<byte> bytes, string name, out InputProblem? problem)
    {
        // PEM is ASCII; Latin-1 never throws, and comments between the blocks may hold anything.
        string text = Encoding.Latin1.GetString(bytes);
        if (text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            problem = new($"{name} holds a key in the old encrypted PEM form", "convert it: openssl pkcs8 -topk8 -in old.key -out new.key, and give the password with --identity-password NAME=env:VAR");
            return null;
        }

        var certificates = ImmutableArray.CreateBuilder<byte[]>();
        var keys = ImmutableArray.CreateBuilder<(string, byte[])>();
        int from = 0;
        while (text.IndexOf(Begin, from, StringComparison.Ordinal) is >= 0 and int at)
        {
            if (certificates.Count + keys.Count >= MostBlocks)
            {
                problem = new($"{name} holds more than {MostBlocks} PEM blocks", "is it the right file?");
                return null;
            }

            if (!PemEncoding.TryFind(text.AsSpan(at), out PemFields fields) || fields.Location.Start.Value != 0)
            {
                problem = new($"{name} holds a damaged PEM block at line {LineOf(text, at)}", "copy the file again, with its BEGIN and END lines");
                return null;
            }

            ReadOnlySpan<char> block = text.AsSpan(at);
            byte[] der = new byte[fields.DecodedDataLength];
            if (!Convert.TryFromBase64Chars(block[fields.Base64Data], der, out int written) || written != der.Length)
            {
                problem = new($"{name} holds a damaged PEM block at line {LineOf(text, at)}", "copy the file again, with its BEGIN and END lines");
                return null;
            }

            string label = block[fields.Label].ToString();
            if (label is "CERTIFICATE" or "X509 CERTIFICATE")
            {
                certificates.Add(der);
            }
            else if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                keys.Add((label, der));
            }

            from = at + fields.Location.End.Value;
        }

        problem = null;
        return new() { Certificates = certificates.ToImmutable(), Keys = keys.ToImmutable() };
    }

    private static int LineOf(string text, int at) => 1 + text.AsSpan(0, at).Count('\n');
}
