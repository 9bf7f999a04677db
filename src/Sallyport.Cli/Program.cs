using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Sallyport.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        using var cancel = new CancellationTokenSource();
        bool asked = false;

        // The first Ctrl-C ends the scan with its report; the second ends the process at once.
        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = !asked;
            asked = true;
            cancel.Cancel();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

        // UTF-8 without a byte order mark, whatever the locale: reports are read by other programs.
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = false, NewLine = "\n" };
        using var error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true, NewLine = "\n" };
        var surroundings = new Surroundings
        {
            Output = output,
            Error = TextWriter.Synchronized(error),
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Environment = Environment.GetEnvironmentVariable,
            WorkingDirectory = Directory.GetCurrentDirectory(),
            Time = TimeProvider.System,
        };
        return await new Tool(surroundings).RunAsync(args, cancel.Token).ConfigureAwait(false);
    }
}
