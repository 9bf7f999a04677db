using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Spec.Discovery;

/// <summary>What is known of the API's operations before any check runs.</summary>
/// <param name="Request">The request with all operations that were described or found.</param>
/// <param name="Failure">Why a description that the user named cannot be used; <c>null</c> when all is well.</param>
/// <param name="Shapes">Other ways of calling the API than plain resources.</param>
/// <param name="Hosts">Other hosts that answers name: told, never contacted.</param>
internal sealed record Surroundings(ScanRequest Request, string? Failure, ImmutableArray<ApiShape> Shapes, ImmutableArray<string> Hosts)
{
    /// <summary>Reads the description, or looks around when there is none and the user named no operation.</summary>
    /// <param name="request">The scan.</param>
    /// <param name="transport">The way to the target.</param>
    /// <param name="asker">Who asks.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public static async Task<Surroundings> LookAsync(ScanRequest request, IScanTransport transport, Actor asker, CancellationToken cancellationToken)
    {
        (ScanRequest described, string? failure) = await new DescriptionFetch(request, transport).CompleteAsync(asker, cancellationToken).ConfigureAwait(false);
        if (failure is not null || described.HasDescription || !described.Operations.IsEmpty)
        {
            return new(described, failure, ShapeReader.Of(described.Operations), []);
        }

        Discovered found = await new ApiDiscovery(request, transport).RunAsync(asker, cancellationToken).ConfigureAwait(false);
        foreach (string path in found.Descriptions)
        {
            (ScanRequest named, string? unusable) = await new DescriptionFetch(request with { DescriptionPath = path }, transport).CompleteAsync(asker, cancellationToken).ConfigureAwait(false);
            if (unusable is null)
            {
                described = named with { DescriptionPath = request.DescriptionPath };
                break;
            }
        }

        ScanRequest whole = found.Operations.IsEmpty || described.HasDescription ? described : OperationMerge.WithFound(described, found.Operations);
        return new(whole, null, [.. ShapeReader.Of(whole.Operations).Concat(found.Shapes).DistinctBy(shape => (shape.Kind, shape.Path))], found.Hosts);
    }
}
