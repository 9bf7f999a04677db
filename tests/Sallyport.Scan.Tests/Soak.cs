using System;

namespace Sallyport.Scan.Tests;

/// <summary>Whether this run may take an hour: <c>SALLYPORT_SOAK=1 dotnet test</c> adds the rows that every run cannot wait for.</summary>
internal static class Soak
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("SALLYPORT_SOAK") == "1";
}
