namespace Sallyport.Scan.Checks.Changes;

/// <summary>One field of a request.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value: of a text the text itself, otherwise JSON.</param>
/// <param name="IsText">Whether it is a text.</param>
internal sealed record BodyField(string Name, string Value, bool IsText = true);
