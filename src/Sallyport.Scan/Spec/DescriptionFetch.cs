using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Spec;

/// <summary>Asks the target itself for its description: where the user says, or at the usual places.</summary>
/// <param name="request">The scan.</param>
/// <param name="transport">The way to the target.</param>
internal sealed class DescriptionFetch(ScanRequest request, IScanTransport transport)
{
    private const string Answered = "the answer was";

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

        ApiDescription? found = await SearchAsync(Places(), asker, cancellationToken).ConfigureAwait(false);
        return (found is null ? request : OperationMerge.WithDescription(request, found), null);
    }

    // A handful of small requests, one after another over one connection; the first place in order that answers with a description wins.
    private async Task<ApiDescription?> SearchAsync(ImmutableArray<string> places, Actor asker, CancellationToken cancellationToken)
    {
        for (int i = 0; i < places.Length; i++)
        {
            (ApiDescription? description, string? why) = await AskAsync(places[i], asker, cancellationToken).ConfigureAwait(false);
            if (description is { Operations.IsEmpty: false })
            {
                return description;
            }

            if (why is not null && !why.StartsWith(Answered, StringComparison.Ordinal))
            {
                // Whoever is silent at one place may be at all of them: the patience of one is enough for the others.
                (ApiDescription? Description, string?)[] others = await Task.WhenAll(places.Skip(i + 1).Select(path => AskAsync(path, asker, cancellationToken))).ConfigureAwait(false);
                return others.Select(static answer => answer.Description).FirstOrDefault(static one => one is { Operations.IsEmpty: false });
            }
        }

        return null;
    }

    private ImmutableArray<string> Places()
    {
        IEnumerable<string> places = DescriptionAddress.UsualPlaces.Select(place => request.Target.Path + place);
        return [.. places.Where(path => !OperationMerge.IsExcluded(request, "GET", path))];
    }

    private async Task<(ApiDescription? Description, string? Why)> AskAsync(string path, Actor asker, CancellationToken cancellationToken)
    {
        (ReadOnlyMemory<byte>? bytes, string? why) = await DocumentAsync(path, asker, cancellationToken).ConfigureAwait(false);
        if (bytes is not { } first)
        {
            return (null, why);
        }

        var parts = new FetchedParts(request);
        ApiDescriptionAnswer answer = ApiDescriptionReader.Read(first, path, parts, request.Target);
        while (answer is ApiDescriptionAnswer.Read && parts.Wanted.Count > 0)
        {
            foreach (string wanted in parts.Wanted)
            {
                parts.Keep(wanted, (await DocumentAsync(wanted, asker, cancellationToken).ConfigureAwait(false)).Bytes);
            }

            answer = ApiDescriptionReader.Read(first, path, parts, request.Target);
        }

        return answer switch
        {
            ApiDescriptionAnswer.Read read => (read.Description, null),
            ApiDescriptionAnswer.Broken broken => (null, broken.Problem.ToString()),
            _ => (null, "it cannot be read"),
        };
    }

    private async Task<(ReadOnlyMemory<byte>? Bytes, string? Why)> DocumentAsync(string path, Actor asker, CancellationToken cancellationToken)
    {
        Exchange exchange = await transport.ExchangeAsync(
            new()
            {
                Title = "the API description",
                Route = Route.To(request.Target),
                Actor = asker,
                Request = new() { Target = path },
                Reusable = true,
                Pooled = true,
            },
            cancellationToken).ConfigureAwait(false);
        return exchange.Answer switch
        {
            null => (null, exchange.Summary),
            { Status: not 200 } other => (null, $"{Answered} {other.Status}"),
            { BodyTruncated: true } => (null, "it is too large"),
            { } answer => (answer.Body, null),
        };
    }
}
