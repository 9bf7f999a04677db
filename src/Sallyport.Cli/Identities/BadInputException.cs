using System;

namespace Sallyport.Cli.Identities;

/// <summary>Something that the user gave cannot be used: an error line and a hint.</summary>
internal sealed class BadInputException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
