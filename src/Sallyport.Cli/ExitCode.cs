namespace Sallyport.Cli;

/// <summary>The exit codes that scripts rely on (CONTRACTS.md).</summary>
internal static class ExitCode
{
    public const int Clean = 0;
    public const int Findings = 1;
    public const int Usage = 2;
    public const int NotScanned = 3;
    public const int Cancelled = 130;
}
