namespace Sallyport.Scan.Config;

/// <summary>What reading a YAML text ended with.</summary>
internal abstract record YamlAnswer
{
    private YamlAnswer()
    {
    }

    /// <summary>Read; the root is <c>null</c> for an empty document.</summary>
    internal sealed record Read(YamlNode? Root) : YamlAnswer;

    /// <summary>Not readable, or refused.</summary>
    internal sealed record Broken(string Reason, int Line) : YamlAnswer;
}
