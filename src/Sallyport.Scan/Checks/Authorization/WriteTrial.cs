using System;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Sallyport.Scan.Findings;
using Sallyport.Scan.Oracle;
using Sallyport.Scan.Target;
using Sallyport.Scan.Transport;

namespace Sallyport.Scan.Checks.Authorization;

/// <summary>Somebody's try to write what is another's, judged by what the owner reads afterwards and never by a status (rule O3).</summary>
internal abstract record WriteTrial
{
    private WriteTrial()
    {
    }

    /// <summary>It could not be tried, or what came of it could not be seen.</summary>
    /// <param name="Outcome">Why, and what to supply.</param>
    internal sealed record Untried(Outcome.NotTested Outcome) : WriteTrial;

    /// <summary>Nothing of it shows.</summary>
    /// <param name="Write">The try.</param>
    /// <param name="Refused">Whether it was refused, too; an API may also answer 204 and do nothing.</param>
    internal sealed record Unchanged(Exchange Write, bool Refused) : WriteTrial;

    /// <summary>The owner reads what the other wrote.</summary>
    /// <param name="Write">The try.</param>
    /// <param name="What">What changed, one clause.</param>
    /// <param name="Evidence">Before, the write, after.</param>
    internal sealed record Changed(Exchange Write, string What, ImmutableArray<Evidence> Evidence) : WriteTrial;

    /// <summary>Tries a PUT, PATCH or DELETE; once a scan for each writer.</summary>
    /// <param name="context">The scan.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="owner">Whose object it is.</param>
    /// <param name="writer">Who tries.</param>
    /// <param name="mode">What the try needs: intrusive for another identity's object, active for the identity's own.</param>
    /// <param name="cancellationToken">The scan's own token.</param>
    public static Task<WriteTrial> RunAsync(CheckContext context, Operation operation, Identity owner, Actor writer, ScanMode mode, CancellationToken cancellationToken) =>
        context.Shared.OnceAsync($"write trial {operation.Name} {owner.Name} {writer.Name}", () => operation.Method == "DELETE"
            ? RemovalTrial.RunAsync(context, operation, owner, writer, mode, cancellationToken)
            : ChangeAsync(context, operation, owner, writer, mode, cancellationToken));

    /// <summary>What the trial says of a rule.</summary>
    /// <param name="expected">What a safe server would have done, one sentence.</param>
    /// <param name="cause">The cause key.</param>
    /// <param name="confidence">How sure a change is.</param>
    public Outcome Judge(string expected, string? cause, Confidence confidence) => this switch
    {
        Untried untried => untried.Outcome,
        Unchanged => new Outcome.Passed(),
        Changed changed => new Outcome.Failed(new Flaw
        {
            Expected = expected,
            Observed = $"{changed.Write.Ask.Actor.Name} sent {changed.Write.Ask.Request?.Method} {changed.Write.Ask.Request?.Target} ({changed.Write.Summary}), and {changed.What}.",
            Confidence = confidence,
            Evidence = changed.Evidence,
            Cause = cause,
        }),
        _ => throw new InvalidOperationException("A trial that is none of the three."),
    };

    private static async Task<WriteTrial> ChangeAsync(CheckContext context, Operation operation, Identity owner, Actor writer, ScanMode mode, CancellationToken cancellationToken)
    {
        (EditableObject? editable, Outcome.NotTested? otherwise) = await EditableObject.FindAsync(context, operation, owner, cancellationToken).ConfigureAwait(false);
        if (editable is null)
        {
            return new Untried(otherwise ?? new Outcome.NotTested("no object was found"));
        }

        JsonNode? canary = editable.Fresh();
        (Exchange before, _) = await editable.ReadAsync($"control: {owner.Name}, before", cancellationToken).ConfigureAwait(false);
        if (editable.AskFor(writer, $"{writer.Name} changes it", editable.Change(canary), mode, before.Answer?.Header("etag")) is not { } ask)
        {
            return new Untried(new Outcome.NotTested("its request could not be written"));
        }

        Exchange write = await context.Writes.WriteAsync(ask, editable.Restore(mode, editable.Change(editable.Before)), cancellationToken).ConfigureAwait(false);
        (Exchange after, JsonObject? now) = await editable.ReadAsync($"{owner.Name} reads it back", cancellationToken).ConfigureAwait(false);
        await context.Writes.RestoreAsync(cancellationToken).ConfigureAwait(false);
        return now is null
            ? new Untried(new Outcome.NotTested($"{owner.Name} no longer reads it back: {after.Summary}"))
            : EditableObject.Same(now[editable.Field], canary)
                ? new Changed(write, $"{owner.Name} then reads {editable.Field} = {canary?.ToJsonString()}, which only that request held", [before.ToEvidence(), write.ToEvidence(), after.ToEvidence()])
                : Told(write);
    }

    /// <summary>A try of which nothing shows: safe when the server answered at all.</summary>
    internal static WriteTrial Told(Exchange write) => VerdictRules.Refused(write) is not null
        ? new Unchanged(write, Refused: true)
        : write.Answer is { Status: < 500 and not 429 }
            ? new Unchanged(write, Refused: false)
            : new Untried(new Outcome.NotTested($"the write got no usable answer: {write.Summary}"));
}
