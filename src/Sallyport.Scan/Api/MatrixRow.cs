using Sallyport.Scan.Spec;

namespace Sallyport.Scan.Api;

/// <summary>One row of <c>expect.matrix</c>.</summary>
/// <param name="Text">As written.</param>
/// <param name="Identity">Whom it is about: an identity's name, <c>none</c> for nobody, or <c>*</c> for every identity.</param>
/// <param name="Pattern">Which operations.</param>
/// <param name="Allows">Whether the call must succeed; otherwise it must be refused.</param>
internal sealed record MatrixRow(string Text, string Identity, OperationPattern Pattern, bool Allows);
