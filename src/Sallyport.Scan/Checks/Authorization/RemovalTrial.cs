using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;
using Sallyport.Tls.Http;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>Somebody's try to delete what is another's: an object that was made for it, so that nothing of the owner's is lost.</summary>
internal static class RemovalTrial
{
    /// <summary>Tries it.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="operation">The operation with DELETE.</param>
    /// <param name="owner">Who makes the object.</param>
    /// <param name="writer">Who tries to delete it.</param>
    /// <param name="mode">What the try needs.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public static async Task<WriteTrial> RunAsync(CheckContext context, Operation operation, Identity owner, Actor writer, ScanMode mode, CancellationToken cancellationToken)
    {
        if (context.Api.Operations.FirstOrDefault(one => one.Method == "GET" && one.PathTemplate == operation.PathTemplate) is not { } read)
        {
            return Untried($"no operation reads back what {operation.Name} deletes");
        }

        (CreatedObject? made, string? why) = await CreatedObject.MakeAsync(context, operation.PathTemplate, owner, cancellationToken).ConfigureAwait(false);
        if (made is null)
        {
            return Untried($"no object could be made to be deleted: {why}");
        }

        if (context.Api.AskFor(read, made.Values, Actor.Of(owner), $"control: {owner.Name}, before") is not { } look || context.Api.AskFor(operation, made.Values, writer, $"{writer.Name} deletes it") is not { } remove)
        {
            return Untried("its request could not be written");
        }

        Exchange before = await context.Transport.ExchangeAsync(look, cancellationToken).ConfigureAwait(false);
        if (before.Status is not (>= 200 and < 300))
        {
            return Untried($"{owner.Name} does not read the object that it made: {before.Summary}");
        }

        RawHttpRequest request = remove.Request!; // AskFor gives one
        string? tag = before.Answer?.Header("etag");
        remove = remove with { Mode = mode, Pooled = false, Request = tag is null ? request : request with { Headers = [.. request.Headers.Where(static one => !one.Name.Equals("if-match", StringComparison.OrdinalIgnoreCase)), new("If-Match", tag)] } };
        Exchange write = await context.Writes.WriteAsync(remove, null, cancellationToken).ConfigureAwait(false);
        Exchange after = await context.Transport.ExchangeAsync(look with { Title = $"{owner.Name} reads it back" }, cancellationToken).ConfigureAwait(false);
        Exchange again = await context.Transport.ExchangeAsync(look with { Title = $"{owner.Name} reads it back once more" }, cancellationToken).ConfigureAwait(false);
        if (await IsGoneAsync(context, look, after, again, cancellationToken).ConfigureAwait(false))
        {
            return new WriteTrial.Changed(write, $"{owner.Name} then finds its object gone ({after.Summary}), which it had read just before", [before.ToEvidence(), write.ToEvidence(), after.ToEvidence()]);
        }

        // Ours to clear away, as its owner.
        await context.Writes.WriteAsync(remove with { Title = $"restore: {owner.Name} deletes it", Actor = Actor.Of(owner) }, null, cancellationToken).ConfigureAwait(false);
        return after.Status is >= 200 and < 300 ? WriteTrial.Told(write) : Untried($"{owner.Name} no longer reads it back: {after.Summary}");
    }

    /// <summary>Whether the owner is told what it is told of an id that never was: 404, or what a server says that does not tell what is there.</summary>
    private static async Task<bool> IsGoneAsync(CheckContext context, Ask look, Exchange after, Exchange again, CancellationToken cancellationToken)
    {
        if (after.Status is not (>= 400 and < 500 and not 401 and not 429) || again.Status != after.Status || look.Request is not { } request)
        {
            return false;
        }

        int last = request.Target.LastIndexOf('/') + 1;
        Ask never = look with { Title = $"{look.Actor.Name} at an id that never was", Request = request with { Target = request.Target[..last] + ExistenceOracle.Random(request.Target[last..]) } };
        Exchange absent = await context.Transport.ExchangeAsync(never, cancellationToken).ConfigureAwait(false);
        // Refused because it is gone, and not because the owner is refused everything by now.
        return absent.Status == after.Status && await context.Oracle.ControlStillHoldsAsync(cancellationToken).ConfigureAwait(false);
    }

    private static WriteTrial.Untried Untried(string reason) => new(new Outcome.NotTested(reason));
}
