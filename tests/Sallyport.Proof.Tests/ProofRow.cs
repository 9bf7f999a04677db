namespace Sallyport.Proof.Tests;

/// <summary>What one rule says of the naked API and of the guarded one.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Naked"><see cref="ProofTable.Found"/>, or <see cref="ProofTable.Open"/> with a reason.</param>
/// <param name="Guarded"><see cref="ProofTable.Passed"/>, or <see cref="ProofTable.Open"/> with a reason.</param>
/// <param name="Reason">Why a side is open; empty when neither is.</param>
internal sealed record ProofRow(string Id, string Naked, string Guarded, string Reason);
