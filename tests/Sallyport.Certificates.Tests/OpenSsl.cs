using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Certificates.Tests;

/// <summary>The openssl program in a folder of its own; the test is skipped where it is not installed.</summary>
internal sealed class OpenSsl : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sallyport-openssl-");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Write(string name, byte[] content) => File.WriteAllBytes(PathOf(name), content);

    public void Write(string name, string content) => File.WriteAllText(PathOf(name), content);

    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    /// <summary>Runs openssl in the folder and gives what it printed; fails when it fails or takes 30 seconds.</summary>
    public async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments) { WorkingDirectory = _folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        process.ExitCode.ShouldBe(0, await errors);
        return await output + await errors;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start).ShouldNotBeNull();
        }
        catch (Win32Exception)
        {
            Assert.Skip("openssl is not installed.");
            throw;
        }
    }
}
