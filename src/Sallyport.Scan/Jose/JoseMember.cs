using System.Text.Json;

namespace Sallyport.Scan.Jose;

/// <summary>One member of a JSON object and where it stands in the bytes.</summary>
/// <param name="Name">The name, unescaped.</param>
/// <param name="Kind">What its value begins with.</param>
/// <param name="Start">Where the quote of the name is.</param>
/// <param name="ValueStart">Where the value begins.</param>
/// <param name="End">Behind the value.</param>
internal readonly record struct JoseMember(string Name, JsonTokenType Kind, int Start, int ValueStart, int End);
