using Sallyport.Certificates.Chain;

namespace Sallyport.AspNetCore.Trust;

/// <summary>A verdict and the epoch of the <see cref="TrustState"/> that it is true for.</summary>
internal readonly record struct Judgement(ChainVerdict Verdict, long Epoch);
