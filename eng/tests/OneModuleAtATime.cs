using System;
using System.IO;
using System.Threading.Tasks;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(Sallyport.Eng.Tests.OneModuleAtATime))]

namespace Sallyport.Eng.Tests;

/// <summary>Lets the test modules of one tree run one after another, however they were started.</summary>
/// <remarks>
/// <c>dotnet test</c> starts as many modules as there are cores, and each of them runs as many tests as there are cores, with real servers beside them.
/// That is all wait and no gain, and the SDK takes <c>--max-parallel-test-modules</c> on its command line only.
/// The lock is the system's: it goes with the process, whatever ends it.
/// </remarks>
public sealed class OneModuleAtATime : ITestPipelineStartup
{
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(100);
    private FileStream? _held;

    /// <summary>The file that the running module holds.</summary>
    internal static string LockFile
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "sallyport.slnx")))
            {
                folder = folder.Parent ?? throw new InvalidOperationException("There is no sallyport.slnx above the tests.");
            }

            return Path.Combine(folder.CreateSubdirectory("artifacts").FullName, "tests.lock");
        }
    }

    /// <inheritdoc/>
    public async ValueTask StartAsync(IMessageSink diagnosticMessageSink)
    {
        while ((_held = TryHold()) is null)
        {
            await Task.Delay(_between).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask StopAsync() => _held?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The lock, or null while another process holds it.</summary>
    internal static FileStream? TryHold()
    {
        try
        {
            return new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(LockFile))
        {
            return null;
        }
    }
}
