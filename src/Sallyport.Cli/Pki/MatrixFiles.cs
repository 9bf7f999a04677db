using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Forge;
using Sallyport.Forge.Matrix;

namespace Sallyport.Cli.Pki;

/// <summary>Writes every bad identity of the forge's matrix for the alice of a trial PKI.</summary>
internal static class MatrixFiles
{
    public const string Folder = "matrix";
    private const string Table = "matrix.md";

    /// <summary>Mints and writes the matrix; files of an earlier one are replaced, others are left alone.</summary>
    /// <returns>One row for each identity: its file, its rule, what it is.</returns>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="CryptographicException">A file of the PKI is damaged.</exception>
    public static ImmutableArray<(string File, string Rule, string What)> Write(string pki, TimeProvider time)
    {
        using ForgeKey authorityKey = Key(pki, "client-ca.key");
        using ForgeKey aliceKey = Key(pki, "alice.key");
        using IdentityMatrix matrix = IdentityMatrix.Create(new()
        {
            GenuineLeaf = Certificate(pki, "alice.pem"),
            GenuineHasLowestRole = true,
            GenuineKey = aliceKey,
            ClientAuthority = CertificateAuthority.FromExisting(Certificate(pki, "client-ca.pem"), authorityKey),
            SecondLeaf = Certificate(pki, "bob.pem"),
            OtherLeaves = [Certificate(pki, "root.pem"), Certificate(pki, "revoked.pem")],
            CallbackUrl = "http://127.0.0.1:9",
            Time = time,
        });

        string folder = Path.Combine(pki, Folder);
        PrivateFiles.MakeFolder(folder);
        foreach (string old in Directory.EnumerateFiles(folder).Where(IsOurs).ToArray())
        {
            File.Delete(old);
        }

        var rows = ImmutableArray.CreateBuilder<(string, string, string)>();
        foreach (MatrixIdentity identity in matrix.Identities)
        {
            string name = $"{identity.RuleId.ToLowerInvariant()}-{identity.Variant}";
            PrivateFiles.WriteNew(Path.Combine(folder, name + ".pem"), identity.Identity.ExportChainPem());
            PrivateFiles.WriteNew(Path.Combine(folder, name + ".key"), identity.Identity.ExportKeyPem());
            rows.Add((name, identity.RuleId, identity.Description + (identity.AcceptanceIsDebatable ? " (accepting it can be defended)" : "")));
        }

        PrivateFiles.WriteNew(Path.Combine(folder, Table), TableOf(rows, matrix));
        return rows.ToImmutable();
    }

    private static string TableOf(IEnumerable<(string File, string Rule, string What)> rows, IdentityMatrix matrix)
    {
        var text = new StringBuilder("# Identities that a server must refuse\n\nMade by `sallyport pki matrix` for alice; the controls must be accepted. ");
        text.Append("What is signed by the client CA is valid for 15 minutes at most: make them again when they are older.\n\n| file | rule | what it is |\n|---|---|---|\n");
        foreach ((string file, string rule, string what) in rows)
        {
            text.Append($"| {file}.pem, .key | {rule} | {what.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        foreach (WithheldIdentity withheld in matrix.Withheld)
        {
            text.Append($"| not made | {withheld.RuleId} | {withheld.Description}: {withheld.Reason} |\n");
        }

        return text.ToString();
    }

    private static bool IsOurs(string path) =>
        Path.GetFileName(path) is string name && (name == Table || name.StartsWith("mtls-", StringComparison.Ordinal) || name.StartsWith(IdentityMatrix.ControlRule, StringComparison.Ordinal))
        && (Path.GetExtension(name) is ".pem" or ".key" or ".md");

    private static ReadOnlyMemory<byte> Certificate(string pki, string file)
    {
        string pem = File.ReadAllText(Path.Combine(pki, file));
        return PemEncoding.TryFind(pem, out PemFields fields) ? Convert.FromBase64String(pem[fields.Base64Data]) : throw new CryptographicException("no PEM");
    }

    private static ForgeKey Key(string pki, string file)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(Path.Combine(pki, file)));
            return ForgeKey.From(key);
        }
        catch (Exception e) when (e is ArgumentException)
        {
            key.Dispose();
            throw new CryptographicException("no key", e);
        }
    }
}
