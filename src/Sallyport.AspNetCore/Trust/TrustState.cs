using System;
using Sallyport.Certificates.Chain;
using Sallyport.Certificates.Revocation;

namespace Sallyport.AspNetCore.Trust;

/// <summary>What client certificates are judged by at one moment: anchors, rules and everything known about revocation. Immutable.</summary>
/// <param name="Epoch">Grows by one with every change; whoever keeps a verdict keeps the epoch and asks again when it has moved.</param>
/// <param name="Verifier">Anchors, intermediates and rules.</param>
/// <param name="Revocation">Lists, answers and the deny list.</param>
/// <param name="LoadedAt">The clock's reading when it was put together.</param>
public sealed record TrustState(long Epoch, ChainVerifier Verifier, RevocationSnapshot Revocation, DateTimeOffset LoadedAt);
