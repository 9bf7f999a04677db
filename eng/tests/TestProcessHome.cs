using System;
using System.IO;
using System.Runtime.CompilerServices;

namespace Sallyport.Eng.Tests;

/// <summary>Gives each test process a HOME of its own before its first test.</summary>
/// <remarks>
/// .NET keeps fetched CRLs and OCSP answers below HOME and believes them until they expire: with a shared HOME one test's list
/// would decide another test's verdict.
/// </remarks>
internal static class TestProcessHome
{
    [ModuleInitializer]
    internal static void Separate()
    {
        var real = Environment.GetEnvironmentVariable("HOME") ?? Path.GetTempPath();
        var own = Directory.CreateTempSubdirectory("sallyport-home-").FullName;
        // A dotnet started by a test still finds the packages that were restored.
        if (Environment.GetEnvironmentVariable("NUGET_PACKAGES") is null)
        {
            Environment.SetEnvironmentVariable("NUGET_PACKAGES", Path.Combine(real, ".nuget", "packages"));
        }

        Environment.SetEnvironmentVariable("HOME", own);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                Directory.Delete(own, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A child that still writes there keeps its folder; the temporary folder is emptied by the system.
            }
        };
    }
}
