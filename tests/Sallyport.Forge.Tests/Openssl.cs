using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Forge.Tests;

/// <summary>The judge: the openssl command on files of a directory that lives as long as the test.</summary>
internal sealed partial class Openssl : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sallyport-forge-");
    private int _files;

    internal static readonly Lazy<bool> IsInstalled = new(() =>
    {
        try
        {
            using Process process = Start(["version"]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    });

    internal static Openssl OrSkip()
    {
        if (!IsInstalled.Value)
        {
            Assert.Skip("openssl is not installed");
        }

        return new Openssl();
    }

    public void Dispose() => _directory.Delete(recursive: true);

    internal string File(byte[] content)
    {
        string path = Path.Combine(_directory.FullName, $"{Interlocked.Increment(ref _files)}");
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    internal string Pem(params IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        string path = Path.Combine(_directory.FullName, $"{Interlocked.Increment(ref _files)}.pem");
        System.IO.File.WriteAllText(
            path, string.Concat(certificates.Select(der => PemEncoding.WriteString("CERTIFICATE", der.Span) + "\n")));
        return path;
    }

    internal static async Task<(int ExitCode, string Output)> RunAsync(params IEnumerable<string> arguments)
    {
        using Process process = Start(arguments);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    /// <summary>The verifier's first error number, 0 when the chain is good.</summary>
    internal async Task<int> VerifyAsync(
        ReadOnlyMemory<byte> root,
        ReadOnlyMemory<byte> leaf,
        IEnumerable<ReadOnlyMemory<byte>> sent,
        DateTimeOffset at,
        params string[] more)
    {
        List<ReadOnlyMemory<byte>> untrusted = [.. sent];
        string[] chain = untrusted.Count == 0 ? [] : ["-untrusted", Pem(untrusted)];
        (int exitCode, string output) = await RunAsync(
            [
                "verify", "-CAfile", Pem(root), .. chain, "-purpose", "sslclient", "-auth_level", "2",
                "-attime", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), .. more, Pem(leaf),
            ]);
        Match error = ErrorNumber().Match(output);
        error.Success.ShouldBe(exitCode != 0, output);
        return error.Success ? int.Parse(error.Groups["number"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
    }

    private static Process Start(IEnumerable<string> arguments)
    {
        ProcessStartInfo info = new("openssl", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(info) ?? throw new InvalidOperationException("openssl did not start.");
    }

    [GeneratedRegex("error (?<number>[0-9]{1,3}) at", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ErrorNumber();
}
