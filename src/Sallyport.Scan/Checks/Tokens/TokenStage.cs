using Sallyport.Scan.Findings;

namespace Sallyport.Scan.Checks.Tokens;

/// <summary>Whether there is a scene on which tokens can be tried.</summary>
internal abstract record TokenStage
{
    private TokenStage()
    {
    }

    /// <summary>There is.</summary>
    /// <param name="Scene">The scene.</param>
    internal sealed record Ready(TokenScene Scene) : TokenStage;

    /// <summary>There is none.</summary>
    /// <param name="Outcome">What every check of tokens answers then.</param>
    internal sealed record Missing(Outcome Outcome) : TokenStage;
}
