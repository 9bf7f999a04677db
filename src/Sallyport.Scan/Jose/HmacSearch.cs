namespace Sallyport.Scan.Jose;

/// <summary>What a search for a shared secret ended with.</summary>
/// <param name="Key">The secret; <c>null</c> when it is not in the list, or the time ran out.</param>
/// <param name="Tried">How many candidates were tried.</param>
/// <param name="Complete">Whether every candidate was tried, or the secret was found.</param>
internal sealed record HmacSearch(byte[]? Key, long Tried, bool Complete)
{
    /// <summary>Never the secret.</summary>
    public override string ToString() => Key is null ? $"not among {Tried} candidates" : $"found after {Tried} candidates";
}
