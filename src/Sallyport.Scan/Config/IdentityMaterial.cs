using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Sallyport.Scan.Config;

/// <summary>A chain, leaf first, and the leaf's key.</summary>
/// <param name="Chain">DER certificates: the leaf, then its issuers as far as they were given, without a self-signed root.</param>
/// <param name="Key">The leaf's key; <c>null</c> when only certificates were asked for.</param>
internal sealed record IdentityMaterial(ImmutableArray<ImmutableArray<byte>> Chain, AsymmetricAlgorithm? Key);
