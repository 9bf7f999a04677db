using System;

namespace Sallyport.Forge.Matrix;

/// <summary>A certificate that was signed under the user's CA, for the report.</summary>
/// <param name="Serial">Serial number in lower-case hexadecimal.</param>
/// <param name="RuleId">Rule id it was minted for.</param>
/// <param name="Variant">Name of the shape within the rule.</param>
/// <param name="NotBefore">First moment of its validity.</param>
/// <param name="NotAfter">Last moment of its validity.</param>
public sealed record MintedSerial(string Serial, string RuleId, string Variant, DateTimeOffset NotBefore, DateTimeOffset NotAfter);
