using System.Collections.Generic;
using System.IO;
using Sallyport.Scan.Config;

namespace Sallyport.Cli;

/// <summary>Errors as users see them: <c>sallyport: error: …</c>, then <c>sallyport: hint: …</c>, on stderr.</summary>
internal static class Complaint
{
    public static int Usage(TextWriter error, string message, string? hint)
    {
        Write(error, message, hint);
        return ExitCode.Usage;
    }

    public static int Usage(TextWriter error, IEnumerable<InputProblem> problems)
    {
        foreach (InputProblem problem in problems)
        {
            Write(error, problem.ToString(), problem.Hint);
        }

        return ExitCode.Usage;
    }

    /// <summary>What the user should know and need not act on.</summary>
    public static void Notes(TextWriter error, IEnumerable<string> notes)
    {
        foreach (string note in notes)
        {
            error.WriteLine($"sallyport: note: {note}");
        }
    }

    public static void Write(TextWriter error, string message, string? hint)
    {
        error.WriteLine($"sallyport: error: {message}");
        if (hint is not null)
        {
            error.WriteLine($"sallyport: hint: {hint}");
        }

        error.Flush();
    }
}
