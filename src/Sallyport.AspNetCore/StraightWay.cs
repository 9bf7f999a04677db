using Microsoft.AspNetCore.Http;
using Sallyport.AspNetCore.Authorization;

namespace Sallyport.AspNetCore;

/// <summary>What an endpoint's metadata says of the straight way. Never another for the same endpoint.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="IsStraight">Whether it asks for an account and roles and nothing else, and is none that is refused.</param>
/// <param name="Demand">What it asks for.</param>
internal sealed record StraightWay(Endpoint Endpoint, bool IsStraight, AccountGate.Demand Demand)
{
    /// <summary>Reads it.</summary>
    public static StraightWay Of(Endpoint endpoint)
    {
        AccountGate.Demand demand = AccountGate.Demand.Of(endpoint);
        return new StraightWay(
            endpoint,
            demand.IsOnly && endpoint.Metadata.GetMetadata<IBoundTokenMetadata>() is null && RouteFacts.Of(endpoint).Faults.IsEmpty,
            demand);
    }
}
