namespace Sallyport.Scan.Tests;

/// <summary>Tests that count what a quiet machine costs: each runs when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
