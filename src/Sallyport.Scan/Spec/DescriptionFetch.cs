using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Spec;

/// <summary>Asks the target itself for its description: where the user says, or at the usual places.</summary>
/// <param name="request">The scan.</param>
/// <param name="transport">The way to the target.</param>
internal sealed class DescriptionFetch(ScanRequest request, IScanTransport transport)
{
    /// <summary>The request with the description's operations; the same request when there is none.</summary>
    /// <param name="asker">Who asks.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <returns>The request, and why a description that the user named cannot be used; <c>null</c> when all is well.</returns>
    public async Task<(ScanRequest Request, string? Failure)> CompleteAsync(Actor asker, CancellationToken cancellationToken)
    {
        if (request.HasDescription)
        {
            return (request, null);
        }

        if (request.DescriptionPath is string named)
        {
            (ApiDescription? description, string? why) = await AskAsync(named, asker, cancellationToken).ConfigureAwait(false);
            return description is null
                ? (request, $"the API description at {named} cannot be used: {why}")
                : (OperationMerge.WithDescription(request, description), null);
        }

        // At most a handful of small requests, side by side; the first place in order that answers with a description wins.
        (ApiDescription? Description, string?)[] answers = await Task.WhenAll(Places().Select(path => AskAsync(path, asker, cancellationToken))).ConfigureAwait(false);
        ApiDescription? found = answers.Select(answer => answer.Description).FirstOrDefault(description => description is { Operations.IsEmpty: false });
        return (found is null ? request : OperationMerge.WithDescription(request, found), null);
    }

    private ImmutableArray<string> Places()
    {
        IEnumerable<string> places = DescriptionAddress.UsualPlaces.Select(place => request.Target.Path + place);
        return [.. places.Where(path => !OperationMerge.IsExcluded(request, "GET", path))];
    }

    private async Task<(ApiDescription? Description, string? Why)> AskAsync(string path, Actor asker, CancellationToken cancellationToken)
    {
        Exchange exchange = await transport.ExchangeAsync(
            new()
            {
                Title = "the API description",
                Route = Route.To(request.Target),
                Actor = asker,
                Request = new() { Target = path },
                Reusable = true,
            },
            cancellationToken).ConfigureAwait(false);
        if (exchange.Answer is not HttpAnswer answer)
        {
            return (null, exchange.Summary);
        }

        if (answer.Status != 200)
        {
            return (null, $"the answer was {answer.Status}");
        }

        return answer.BodyTruncated
            ? (null, "it is too large")
            : ApiDescriptionReader.Read(answer.Body, path, request.Target) switch
            {
                ApiDescriptionAnswer.Read read => (read.Description, null),
                ApiDescriptionAnswer.Broken broken => (null, broken.Problem.ToString()),
                _ => (null, "it cannot be read"),
            };
    }
}
