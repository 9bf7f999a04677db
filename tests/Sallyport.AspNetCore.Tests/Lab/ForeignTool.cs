using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using Sallyport.Lab.Processes;

namespace Sallyport.AspNetCore.Tests.Lab;

/// <summary>A program of another maker as client: curl, openssl.</summary>
internal static class ForeignTool
{
    /// <summary>Runs it with an input that stays open until it leaves, and returns all that it printed. Skips the test when it is not installed.</summary>
    public static async Task<string> RunAsync(string program, string input, params string[] arguments)
    {
        if (Binaries.WhyMissing(program) is { } why)
        {
            Assert.Skip(why);
        }

        var info = new ProcessStartInfo(Binaries.Require(program), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info).ShouldNotBeNull();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await process.StandardInput.WriteAsync(input);
            await process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // It has already left.
        }

        try
        {
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(GuardedClient.Ceiling, TestContext.Current.CancellationToken);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return await output + await error;
    }
}
