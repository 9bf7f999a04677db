using System;

namespace Sallyport.AspNetCore.Revocation;

/// <summary>How fresh a list must be to count.</summary>
/// <param name="ConfirmedSince">Its source must have confirmed it since.</param>
/// <param name="NextUpdateSince">A delta's nextUpdate must not be before.</param>
internal sealed record CrlFreshness(DateTimeOffset ConfirmedSince, DateTimeOffset NextUpdateSince);
